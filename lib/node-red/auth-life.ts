/** A kalshi-auth node at work: it names an account, and the nodes that use it share one hold on it. */
import type { z } from 'zod';
import type { Attachment, Desk } from '../account/contract.ts';
import { CONNECTING } from '../account/desk-problems.ts';
import { ACCOUNT_STATUSES } from './common-statuses.ts';
import type { AuthDeclaration, NodeHost, NodeProblem } from './contract.ts';
import { codeOf, toldError } from './errors.ts';
import { checkSettings, settingsError } from './settings.ts';

/** Whether a problem is only a wait for the first answer. */
export function isConnecting({ code }: { code: string }): boolean {
  return code === CONNECTING.code;
}

/** What a kalshi-auth node offers to those who use it. */
export class SharedAccount {
  readonly #attach: () => Attachment;
  readonly #problem: (problem: NodeProblem | undefined) => void;
  readonly #guests = new Set<object>();
  #attachment: Attachment | undefined;
  #stopWatching = () => {};
  /** Null: nothing yet. */
  #told: string | undefined | null = null;

  /** `problem` is told once for everybody, whenever it becomes another, and when it is over. */
  constructor(attach: () => Attachment, problem: (problem: NodeProblem | undefined) => void) {
    this.#attach = attach;
    this.#problem = problem;
  }

  /** A hold on the account, released with the node that asks; undefined where there can be none, which has been reported here. */
  join(failed: (error: unknown) => void): Attachment | undefined {
    const shared = this.#attachment ?? this.#open();
    if (shared === undefined) return undefined;
    const guest = {};
    this.#guests.add(guest);
    const stops = new Set<() => void>();
    return {
      // It may become another while this is held.
      get environment() {
        return shared.environment;
      },
      accounts: () => shared.accounts(),
      feed: () => shared.feed(),
      problem: () => shared.problem(),
      post: (alert) => shared.post(alert),
      onChange: (listener) => {
        const stop = shared.onChange(() => {
          try {
            listener();
          } catch (error) {
            failed(error);
          }
        });
        stops.add(stop);
        return () => {
          stops.delete(stop);
          stop();
        };
      },
      release: () => {
        for (const stop of stops) stop();
        stops.clear();
        if (this.#guests.delete(guest)) this.end();
      },
    };
  }

  /** Lets go of the account, once nobody holds it any more: Node-RED closes nodes and what they use at the same time. */
  end(): void {
    if (this.#guests.size > 0) return;
    this.#stopWatching();
    this.#stopWatching = () => {};
    this.#attachment?.release();
    this.#attachment = undefined;
  }

  #open(): Attachment | undefined {
    try {
      const attachment = this.#attach();
      this.#attachment = attachment;
      this.#stopWatching = attachment.onChange(() => this.#look());
      this.#look();
      return attachment;
    } catch (error) {
      this.#tell(toldError(error));
      return undefined;
    }
  }

  #look(): void {
    const problem = this.#attachment?.problem();
    this.#tell(problem === undefined ? undefined : toldError(Object.assign(new Error(problem.message), { code: problem.code })));
  }

  #tell(problem: NodeProblem | undefined): void {
    const key = problem === undefined ? undefined : `${codeOf(problem)} ${problem.message}`;
    if (key === this.#told) return;
    this.#told = key;
    this.#problem(problem);
  }
}

/**
 * Makes the node of this host a kalshi-auth node. The desk is looked for when an account is first wanted. Its status
 * speaks of trouble only: Node-RED tells it to Status nodes that watch any node which uses this one.
 */
export function liveAuth<P extends z.ZodObject>(declaration: AuthDeclaration<P>, host: NodeHost, desk: () => Desk): void {
  const settings = checkSettings(declaration, host.saved);
  let isTroubled = false;
  const show = (key: keyof typeof ACCOUNT_STATUSES) => {
    const { fill, shape, text } = ACCOUNT_STATUSES[key];
    host.status({ fill, shape, text });
  };
  const tell = (problem: NodeProblem | undefined) => {
    if (problem === undefined || isConnecting(problem)) {
      if (isTroubled) show(problem === undefined ? 'in_use' : 'connecting');
      isTroubled &&= problem !== undefined;
      return;
    }
    isTroubled = true;
    show('unusable');
    // Errors of this node are handed to the nodes that use it: they have all joined once this turn is over.
    queueMicrotask(() => host.report(problem));
  };
  const shared = new SharedAccount(() => {
    if (!settings.ok) throw settingsError(declaration, settings.problems);
    const found = desk();
    return found.attach(declaration.wanted(settings.properties, host.credentials, found.started));
  }, tell);
  host.offer(shared);
  host.onReady(() => {
    if (!settings.ok) shared.join(() => {});
  });
  host.onClose(async () => shared.end());
}
