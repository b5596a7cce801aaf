/**
 * Dashboard leaves the page for one made anew when its own socket has been down for five minutes, or was once answered by something
 * else, as may happen while the program starts. The page needs nothing of that socket but word of a new dashboard, and would lose what
 * the user is at: it stays, and the socket is opened again. Answers how to stop.
 */
import { watch } from 'vue';

const AGAIN_MS = 5_000;

export function holdReloads(store, socket) {
  let again;
  const reconnect = () => {
    if (socket?.disconnected) socket.connect();
  };
  const hold = (event) => {
    const { url, sameDocument } = event.destination;
    const isReload = event.navigationType === 'replace' && !sameDocument && new URL(url).searchParams.has('reloadTime');
    if (!isReload || !event.cancelable) return;
    event.preventDefault();
    clearTimeout(again);
    again = setTimeout(reconnect, AGAIN_MS);
  };
  window.navigation?.addEventListener('navigate', hold);
  const stop = watch(
    () => store.state.link.state,
    (_now, before) => {
      if (before === 'lost') reconnect();
    },
  );
  return () => {
    clearTimeout(again);
    window.navigation?.removeEventListener('navigate', hold);
    stop();
  };
}
