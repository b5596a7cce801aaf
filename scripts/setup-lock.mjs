// A lock file for the set-up of a checkout. It can be left behind by a process that was killed, on this machine or in a
// container that is gone, and must then neither keep others waiting nor be taken by two of them.
import { createHash, randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fstatSync,
  linkSync,
  openSync,
  readFileSync,
  readlinkSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 100;
const BEAT_MS = 1_000;
/** Process numbers mean something only here: since this start of the machine, and in this namespace of processes. */
const MACHINE = [
  hostname(),
  textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
  textOf(() => readlinkSync('/proc/self/ns/pid')),
].join(' ');

/**
 * Does `work` while no other process does. `onWait(pid)` is called once when another holds the lock. A holder that cannot be
 * looked up is given up when it has given no sign of life for `stillMs`. Throws when it is still held after `patienceMs`.
 */
export async function withLock(path, work, { onWait = () => {}, stillMs = 15_000, patienceMs = 600_000 } = {}) {
  const me = JSON.stringify({ machine: MACHINE, pid: process.pid, start: startOf(process.pid), token: randomUUID() });
  await take(path, me, { onWait, stillMs, patienceMs });
  const beat = setInterval(() => textOf(() => utimesSync(path, new Date(), new Date())), BEAT_MS);
  const release = () => {
    if (read(path)?.text === me) rmSync(path, { force: true });
  };
  process.once('exit', release);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    release();
    process.removeListener('exit', release);
  }
}

async function take(path, me, { onWait, stillMs, patienceMs }) {
  const beganAt = performance.now();
  let last;
  let lastChangeAt = beganAt;
  let isTold = false;
  while (!place(path, me)) {
    const seen = read(path);
    if (!seen) continue;
    const now = performance.now();
    // Watched rather than dated: the holder's clock may be another one.
    if (seen.text !== last?.text || seen.mtimeMs !== last.mtimeMs) lastChangeAt = now;
    last = seen;
    if (isGone(seen.text, now - lastChangeAt >= stillMs)) {
      remove(path, seen, me);
      continue;
    }
    if (now - beganAt > patienceMs) throw new Error(`another set-up has been running for too long; end it, or delete ${path}`);
    if (!isTold) onWait(parse(seen.text).pid);
    isTold = true;
    await pause(POLL_MS);
  }
}

/** Puts a file there that is complete from its first moment; false where there is one already. */
function place(path, text) {
  if (existsSync(path)) return false;
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Removes the lock of a holder that is gone. Only who holds the claim named after that very lock may, so that nobody who
 * judged too long ago removes the lock of its successor.
 */
function remove(path, seen, me) {
  const claim = `${path}.${createHash('sha256').update(seen.text).digest('hex')}`;
  if (place(claim, me)) {
    if (read(path)?.text === seen.text) rmSync(path, { force: true });
    rmSync(claim, { force: true });
    return;
  }
  const other = read(claim);
  // A claim is held for an instant.
  if (other && isGone(other.text, Date.now() - other.mtimeMs > 60_000)) remove(claim, other, me);
}

function read(path) {
  let handle;
  try {
    handle = openSync(path, 'r');
    return { text: readFileSync(handle, 'utf8'), mtimeMs: fstatSync(handle).mtimeMs };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function isGone(text, isStill) {
  const { machine, pid, start } = parse(text);
  if (machine !== MACHINE) return isStill;
  // This process holds nothing yet: it was a former one with the same number.
  if (pid === process.pid || !isAlive(pid)) return true;
  const startNow = startOf(pid);
  return start && startNow ? start !== startNow : isStill;
}

function parse(text) {
  try {
    return { ...JSON.parse(text) };
  } catch {
    return {};
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** When a process began, where /proc tells: the same number with another start is another process. A dead one that nobody has waited for counts as gone. */
function startOf(pid) {
  const stat = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? 'gone' : fields[18];
}

/** Empty where it cannot be had: not every system has /proc. */
function textOf(work) {
  try {
    return String(work()).trim();
  } catch {
    return '';
  }
}
