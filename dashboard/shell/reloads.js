/**
 * Dashboard leaves the page when its own socket has been down for five minutes, to an address that does not answer either.
 * While the server is lost, this page stays; when it is back, the socket is opened again. Answers how to stop.
 */
import { watch } from 'vue';

export function holdReloads(store, socket) {
  const hold = (event) => {
    const isReload = new URL(event.destination.url).searchParams.has('reloadTime');
    if (isReload && event.cancelable && store.state.link.state === 'lost') event.preventDefault();
  };
  window.navigation?.addEventListener('navigate', hold);
  const stop = watch(
    () => store.state.link.state,
    (now, before) => {
      if (before === 'lost' && socket?.disconnected) socket.connect();
    },
  );
  return () => {
    window.navigation?.removeEventListener('navigate', hold);
    stop();
  };
}
