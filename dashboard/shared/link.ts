/** The page's line to the server: one reading, then the event stream; polling where the stream is refused; and back again. */
import type { ErrorView, Overview } from '../../lib/web/contract.ts';

/** `connecting`: nothing was heard yet · `live`: by the stream · `polling`: by readings · `lost`: the server does not answer */
export interface LinkState {
  state: 'connecting' | 'live' | 'polling' | 'lost';
  /** When the server was last heard. */
  heardMs: number | null;
  /** What the last failed reading said. */
  error: ErrorView | null;
}

export interface EventLine {
  readonly readyState: number;
  addEventListener(type: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

/** What a page has of the browser. */
export interface LinkPorts {
  /** Answers the JSON of a GET and the server's time; rejects where there is no answer, or it takes more than 5 s. */
  read(path: string): Promise<{ ok: boolean; body: unknown; serverMs: number | null }>;
  openEvents(path: string): EventLine;
  nowMs(): number;
  /** Calls once, later; answers how to call it off. */
  later(ms: number, call: () => void): () => void;
}

export interface LinkListener {
  /** The server's wall time, before the reading that came with it. */
  serverTime(ms: number): void;
  snapshot(overview: Overview): void;
  patch(patch: Partial<Overview>): void;
  state(state: LinkState): void;
}

export interface Link {
  /** Tries again at once. */
  retry(): void;
  close(): void;
}

/** The server pings every 10 s. */
const SILENCE_MS = 15_000;
const POLL_MS = 2_000;
/** While polling, the stream is tried again at every so many-th reading. */
const POLLS_PER_STREAM = 5;
const RETRY_MS = [250, 500, 1_000, 2_000, 4_000];
const CLOSED = 2;

/** Opens the line for one account (null: the server's choice) and holds it until closed. */
export function openLink(account: string | null, ports: LinkPorts, listener: LinkListener): Link {
  const query = account === null ? '' : `?account=${encodeURIComponent(account)}`;
  let link: LinkState = { state: 'connecting', heardMs: null, error: null };
  let events: EventLine | undefined;
  let isClosed = false;
  let failures = 0;
  let streamFailures = 0;
  let polls = 0;
  let callOff = () => {};
  /** Readings that were begun earlier no longer count. */
  let reading = 0;

  function tell(change: Partial<LinkState>): void {
    link = { ...link, ...change };
    listener.state(link);
  }

  function schedule(ms: number, call: () => void): void {
    callOff();
    callOff = ports.later(ms, call);
  }

  function hear(state: 'live' | 'polling'): void {
    failures = 0;
    tell({ state, heardMs: ports.nowMs(), error: null });
  }

  function lose(error: ErrorView | null): void {
    dropEvents();
    tell({ state: link.heardMs === null ? 'connecting' : 'lost', error });
    schedule(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)] ?? POLL_MS, read);
    failures += 1;
  }

  function dropEvents(): void {
    events?.close();
    events = undefined;
  }

  function read(): void {
    callOff();
    reading += 1;
    const mine = reading;
    const isCurrent = () => mine === reading && !isClosed;
    ports.read(`/api/v1/overview${query}`).then(
      ({ ok, body, serverMs }) => {
        if (!isCurrent()) return;
        if (serverMs !== null) listener.serverTime(serverMs);
        if (!ok) lose(asError(body));
        else answered(body as Overview);
      },
      () => {
        if (isCurrent()) lose({ code: 'SERVER_UNREACHABLE', message: 'Courtside does not answer.' });
      },
    );
  }

  function answered(overview: Overview): void {
    listener.snapshot(overview);
    const isPolling = streamFailures > 0;
    hear(isPolling ? 'polling' : 'live');
    polls += 1;
    if (!isPolling || polls % POLLS_PER_STREAM === 0) openEvents();
    else schedule(POLL_MS, read);
  }

  function openEvents(): void {
    dropEvents();
    const line = ports.openEvents(`/api/v1/events${query}`);
    events = line;
    let isHeard = false;
    const on = (type: string, take: (data: unknown) => void) =>
      line.addEventListener(type, ({ data }) => {
        if (line !== events) return;
        isHeard = true;
        streamFailures = 0;
        if (typeof data === 'string' && data !== '') take(JSON.parse(data));
        hear('live');
        schedule(SILENCE_MS, () => lose(null));
      });
    on('snapshot', (overview) => listener.snapshot(overview as Overview));
    on('patch', (patch) => listener.patch(patch as Partial<Overview>));
    on('ping', () => {});
    line.addEventListener('error', () => {
      if (line !== events) return;
      // The stream was refused, or nothing ever came of it, although readings are answered: go on by readings.
      if (!isHeard && (line.readyState === CLOSED || streamFailures > 0)) pollInstead();
      else {
        if (!isHeard) streamFailures += 1;
        lose(null);
      }
    });
    schedule(POLL_MS * 2, pollInstead);
  }

  function pollInstead(): void {
    dropEvents();
    streamFailures += 1;
    polls = 0;
    schedule(POLL_MS, read);
  }

  read();
  return {
    retry: read,
    close() {
      isClosed = true;
      callOff();
      dropEvents();
    },
  };
}

function asError(body: unknown): ErrorView {
  const { code, message } = (typeof body === 'object' && body !== null ? body : {}) as Partial<ErrorView>;
  if (typeof code === 'string' && typeof message === 'string') return { code, message };
  return { code: 'SERVER_ERROR', message: 'Courtside could not answer.' };
}
