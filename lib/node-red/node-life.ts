/** A node at work: between what Node-RED gives (messages, a deploy) and the behaviour that its declaration starts. */
import type { z } from 'zod';
import type { Attachment } from '../account/contract.ts';
import type { Clock, WallTimer } from '../trading/ports/clock.ts';
import { isConnecting, SharedAccount } from './auth-life.ts';
import { COMMON_STATUSES } from './common-statuses.ts';
import type { FlowMessage, NodeBehaviour, NodeContext, NodeDeclaration, NodeHost, StatusLook } from './contract.ts';
import { codeOf, NodeError, toldError } from './errors.ts';
import { MarketTime } from './market-time.ts';
import { idOf, withId } from './message-id.ts';
import type { RuleClaims } from './rule-claims.ts';
import { checkSettings, settingsError } from './settings.ts';
import { StatusLine, statusText } from './status-line.ts';

export interface LifeOptions {
  wall: WallTimer;
  /** Of all nodes of this type. */
  claims: RuleClaims;
}

/** Node-RED itself gives up after 15 s. */
const CLOSE_LIMIT_MS = 10_000;

/** Makes the node of this host one of the declared type. */
export function liveNode<P extends z.ZodObject, S extends string>(
  declaration: NodeDeclaration<P, S>,
  host: NodeHost,
  options: LifeOptions,
): void {
  const life = new NodeLife(declaration, host, options);
  host.onInput((message, send) => life.input(message, send));
  host.onClose((why) => life.close(why));
  host.onReady(() => life.start());
}

class NodeLife<P extends z.ZodObject, S extends string> {
  readonly #declaration: NodeDeclaration<P, S>;
  readonly #host: NodeHost;
  readonly #options: LifeOptions;
  readonly #status: StatusLine;
  readonly #started = Promise.withResolvers<void>();
  /** Present once it runs; a node that cannot run has none. */
  #behaviour: NodeBehaviour | undefined;
  #attachment: Attachment | undefined;
  #time: MarketTime | undefined;
  #releaseRule = () => {};
  #isStarted = false;
  #isClosed = false;
  /** What the behaviour last wanted shown; an error, or trouble with the account, may stand in its place. */
  #own: (() => void) | undefined;
  #isErrorShown = false;

  constructor(declaration: NodeDeclaration<P, S>, host: NodeHost, options: LifeOptions) {
    this.#declaration = declaration;
    this.#host = host;
    this.#options = options;
    this.#status = new StatusLine((look) => host.status(look), options.wall);
  }

  start(): void {
    if (this.#isClosed) return;
    this.#isErrorShown = false;
    try {
      this.#begin();
    } catch (error) {
      this.#fail(error);
      this.#host.report(toldError(error));
    }
    this.#isStarted = true;
    this.#started.resolve();
  }

  async #inputLater(message: FlowMessage, send: (port: number, message: FlowMessage) => void): Promise<void> {
    await this.#started.promise;
    if (!this.#isClosed) await this.input(message, send);
  }

  input(message: FlowMessage, send: (port: number, message: FlowMessage) => void): void | Promise<void> {
    if (!this.#isStarted) return this.#inputLater(message, send);
    const behaviour = this.#behaviour;
    if (behaviour?.input === undefined || this.#isClosed) return undefined;
    const reply = {
      send: (port: number, answer: FlowMessage) => {
        if (!this.#isClosed) send(port, withId(answer, idOf(message)));
      },
    };
    try {
      const handled = behaviour.input(message, reply);
      if (handled === undefined) {
        this.#succeed();
        return undefined;
      }
      return Promise.resolve(handled).then(
        () => this.#succeed(),
        (error: unknown) => this.#refuse(error),
      );
    } catch (error) {
      return this.#refuse(error);
    }
  }

  async close(why: 'removed' | 'redeployed' | 'stopped'): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#status.end();
    this.#time?.end();
    this.#started.resolve();
    this.#releaseRule();
    const late = Promise.withResolvers<'late'>();
    const callOff = this.#options.wall.after(CLOSE_LIMIT_MS, () => late.resolve('late'));
    try {
      const ended = await Promise.race([this.#behaviour?.close?.(why), late.promise]);
      if (ended === 'late')
        this.#host.report(new NodeError('NODE_CLOSE_SLOW', `${this.#declaration.label} did not come to an end in time`));
    } catch (error) {
      this.#host.log(lineOf(error));
    } finally {
      callOff();
      this.#attachment?.release();
    }
  }

  #begin(): void {
    const declaration = this.#declaration;
    const settings = checkSettings(declaration, this.#host.saved);
    if (!settings.ok) throw settingsError(declaration, settings.problems);
    const name = this.#host.name ?? this.#host.id;
    this.#releaseRule = this.#options.claims.claim(declaration, settings.properties, name, () => this.#startAgain());
    if (declaration.account === 'needed') {
      this.#attachment = this.#join();
      // The account node has reported why.
      if (this.#attachment === undefined) {
        this.#show('account');
        return;
      }
    }
    this.#time = new MarketTime(
      () => this.#attachment?.feed()?.clock,
      this.#options.wall,
      (error) => this.#fail(error),
    );
    this.#behaviour = declaration.start(this.#context(settings.properties, this.#time));
    this.#attachment?.onChange(() => this.#render());
    this.#render();
  }

  /** A deploy has taken the node away that this one stood behind; its successor, if there is one, comes first. */
  #startAgain(): void {
    if (!this.#isClosed) this.#host.onReady(() => queueMicrotask(() => this.start()));
  }

  #join(): Attachment | undefined {
    const id = this.#host.saved.account;
    const shared = typeof id === 'string' && id !== '' ? this.#host.get(id) : undefined;
    if (!(shared instanceof SharedAccount)) {
      throw new NodeError(
        'NODE_ACCOUNT_MISSING',
        `choose an account in this ${this.#declaration.label} node: there is none, or it is disabled`,
      );
    }
    return shared.join((error) => this.#defect(error));
  }

  #context(properties: z.output<P>, clock: Clock): NodeContext<z.output<P>, S> {
    const host = this.#host;
    const { type, statuses } = this.#declaration;
    const attachment = this.#attachment;
    return {
      id: host.id,
      name: host.name ?? type,
      properties,
      get attachment() {
        if (attachment === undefined) throw new TypeError(`${type} declares no account`);
        return attachment;
      },
      clock,
      send: (port, message) => {
        if (!this.#isClosed) host.send(port, message);
      },
      status: (key, words) => {
        const { fill, shape, text } = statuses[key];
        this.#own = () => this.#tell({ fill, shape, text }, words);
        this.#render();
      },
      report: (error) => {
        if (!this.#isClosed) host.report(toldError(error));
      },
    };
  }

  #succeed(): void {
    if (!this.#isErrorShown) return;
    this.#isErrorShown = false;
    this.#render();
  }

  /** Whatever is to be shown now: what a node says of itself is of no use while its account cannot be used. */
  #render(): void {
    if (this.#isErrorShown || this.#isClosed) return;
    const trouble = this.#trouble();
    if (trouble === undefined) this.#own?.();
    else this.#tell(COMMON_STATUSES[trouble]);
  }

  /** A change that is refused while positions are open leaves the account as it was: then nothing stands in the way. */
  #trouble(): 'connecting' | 'unusable' | undefined {
    const problem = this.#attachment?.problem();
    if (problem === undefined || (this.#attachment?.feed() !== undefined && this.#attachment.accounts().length > 0)) {
      return undefined;
    }
    return isConnecting(problem) ? 'connecting' : 'unusable';
  }

  /** Throws it again as a flow may see it. What fails after the end concerns nobody but the log. */
  #refuse(error: unknown): void {
    if (this.#isClosed) {
      this.#host.log(lineOf(error));
      return;
    }
    this.#fail(error);
    throw toldError(error);
  }

  /** Where there is no message to blame. */
  #defect(error: unknown): void {
    this.#fail(error);
    if (!this.#isClosed) this.#host.report(toldError(error));
  }

  #fail(error: unknown): void {
    const code = codeOf(error);
    if (code === undefined) this.#host.log(lineOf(error));
    if (code === 'NODE_SETTINGS_INVALID') this.#show('settings');
    else if (code === 'NODE_ACCOUNT_MISSING') this.#show('account');
    else this.#show('failed', code ?? 'NODE_FAILED');
  }

  #show(key: keyof typeof COMMON_STATUSES, words?: string): void {
    this.#isErrorShown = true;
    this.#tell(COMMON_STATUSES[key], words);
  }

  #tell({ fill, shape, text }: StatusLook, words?: string): void {
    this.#status.tell({ fill, shape, text: statusText(this.#attachment?.environment, text, words) });
  }
}

function lineOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
