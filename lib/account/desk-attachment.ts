import type { Alert } from '../trading/ports/outbox.ts';
import type { Environment } from '../trading/ports/venue.ts';
import type { AccountView, AccountWanted, Attachment, FeedView } from './contract.ts';
import type { DeskProblem } from './desk-problems.ts';

/** What the desk answers for an attachment, now. */
export interface AttachmentSource {
  environment: () => Environment;
  accounts: () => readonly AccountView[];
  feed: () => FeedView | undefined;
  problem: () => DeskProblem | undefined;
  listen: (listener: () => void) => () => void;
  post: (alert: Alert) => Promise<void>;
  release: () => void;
}

/** One node's hold. After its release it answers nothing and tells nothing. */
export class DeskAttachment implements Attachment {
  readonly #source: AttachmentSource;
  readonly #wanted: AccountWanted;
  readonly #stops = new Set<() => void>();
  #isReleased = false;

  constructor(wanted: AccountWanted, source: AttachmentSource) {
    this.#wanted = wanted;
    this.#source = source;
  }

  /** The one in force: an account that is not flat keeps its own. */
  get environment(): Environment {
    return this.#isReleased ? this.#wanted.environment : this.#source.environment();
  }

  accounts(): readonly AccountView[] {
    return this.#isReleased ? [] : this.#source.accounts();
  }

  feed(): FeedView | undefined {
    return this.#isReleased ? undefined : this.#source.feed();
  }

  problem(): DeskProblem | undefined {
    return this.#isReleased ? undefined : this.#source.problem();
  }

  onChange(listener: () => void): () => void {
    if (this.#isReleased) return () => {};
    const stop = this.#source.listen(listener);
    this.#stops.add(stop);
    return () => {
      this.#stops.delete(stop);
      stop();
    };
  }

  post(alert: Alert): Promise<void> {
    return this.#source.post(alert);
  }

  release(): void {
    if (this.#isReleased) return;
    this.#isReleased = true;
    for (const stop of this.#stops) stop();
    this.#stops.clear();
    this.#source.release();
  }
}
