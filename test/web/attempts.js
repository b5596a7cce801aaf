/** Everything that a page can send to another address, each as far as the browser lets it; ends when all have had their answer. */
async function everything(target) {
  const ended = (source, ...names) =>
    new Promise((resolve) => {
      for (const name of names) source.addEventListener(name, () => resolve(), { once: true });
    });
  const element = (tag, properties) => {
    const made = Object.assign(document.createElement(tag), properties);
    const over = ended(made, 'load', 'error');
    document.body.append(made);
    return over;
  };
  const attempts = [
    fetch(`${target}/read`),
    fetch(`${target}/opaque-read`, { mode: 'no-cors' }),
    fetch(`${target}/act`, { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } }),
    fetch(`${target}/opaque-act`, { method: 'POST', mode: 'no-cors', body: 'a=b' }),
    fetch(`${target}/remove`, { method: 'DELETE' }),
    element('img', { src: `${target}/image` }),
    element('script', { src: `${target}/script` }),
    element('iframe', { src: `${target}/frame` }),
  ];
  const form = Object.assign(document.createElement('form'), { method: 'POST', action: `${target}/form`, target: 'hidden' });
  const answer = Object.assign(document.createElement('iframe'), { name: 'hidden' });
  document.body.append(answer, form);
  attempts.push(ended(answer, 'load'));
  form.submit();
  const events = new EventSource(`${target}/events`);
  const socket = new WebSocket(`${target.replace('http', 'ws')}/socket`);
  attempts.push(ended(events, 'open', 'error'), ended(socket, 'open', 'error'));
  await Promise.allSettled(attempts);
  events.close();
  socket.close();
}

globalThis.everything = everything;
