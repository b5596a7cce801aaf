/** The one store of this browser page, on the browser's own fetch, EventSource, clock and storage. */
import { createStore } from './store.ts';

const READ_TIMEOUT_MS = 5_000;
const SEND_TIMEOUT_MS = 10_000;
/** A page is drawn well within this. */
const FIRST_LOOK_MS = 5_000;

export const store = createStore({
  async read(path) {
    const response = await fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(READ_TIMEOUT_MS) });
    const body = await response.json().catch(() => null);
    return { ok: response.ok && body !== null, body, serverMs: Date.parse(response.headers.get('date')) || null };
  },
  async send({ method, path, key, body }) {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    const request = { method, headers, body: JSON.stringify(body), signal: AbortSignal.timeout(SEND_TIMEOUT_MS) };
    const response = await fetch(path, request);
    return { status: response.status, body: await response.json().catch(() => null) };
  },
  openEvents: (path) => new EventSource(path),
  newKey: () => crypto.randomUUID(),
  nowMs: () => Date.now(),
  later(ms, call) {
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
  every(ms, call) {
    const timer = setInterval(call, ms);
    return () => clearInterval(timer);
  },
  recall,
  remember,
});
// Every page needs it: the first answer comes while the page is still being drawn.
setTimeout(store.use(), FIRST_LOOK_MS);

/** Storage can be switched off: then nothing is remembered. */
export function recall(name) {
  try {
    return localStorage.getItem(`courtside-${name}`);
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    localStorage.setItem(`courtside-${name}`, value);
  } catch {}
}
