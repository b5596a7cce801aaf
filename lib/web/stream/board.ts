/** What all pages of one account are shown now, section by section, as JSON; and what has changed since any of them last looked. */
import type { AccountView } from '../../account/contract.ts';
import type { ActivityView, EnvironmentView, Overview } from '../contract.ts';
import type { PagesReads } from '../pages-port.ts';
import { ACTIVITY_LINES, activityView } from '../read/activity.ts';
import { steadyEnvironment } from '../read/environment.ts';
import type { ResultPoint } from '../read/money.ts';
import type { Views } from '../views.ts';

/** Sections that are replaced whole. `activity` grows instead. */
export const SECTIONS = [
  'accounts',
  'account',
  'environment',
  'health',
  'engine',
  'money',
  'positions',
  'live',
  'upcoming',
  'finished',
] as const satisfies (keyof Overview)[];
export type Section = (typeof SECTIONS)[number];

/** What follows from what. */
export const BY_PRICES: readonly Section[] = ['money', 'positions', 'live'];
export const BY_ACCOUNT: readonly Section[] = ['engine', 'health', 'money', 'positions', 'live', 'upcoming', 'finished'];

/** How far one client has been told. */
export interface Seen {
  version: number;
  activityId: number;
}

interface Standing {
  json: string;
  version: number;
}

const SHOWN_LEVELS = ['info', 'warning', 'error'] as const;

export class Board {
  readonly account: AccountView | undefined;
  readonly #views: Views;
  readonly #pages: PagesReads;
  readonly #report: (error: unknown) => void;
  readonly #standing = new Map<Section, Standing>();
  readonly #dirty = new Set<Section>(SECTIONS);
  #version = 0;
  #environment: EnvironmentView | undefined;
  #activity: ActivityView[] = [];
  #storedPath: ResultPoint[] | undefined;
  #reading: Promise<void> | undefined;
  #isReadFailing = false;
  #isBuildFailing = false;

  constructor(views: Views, pages: PagesReads, account: AccountView | undefined, report: (error: unknown) => void) {
    this.#views = views;
    this.#pages = pages;
    this.account = account;
    this.#report = report;
  }

  mark(sections: readonly Section[]): void {
    for (const section of sections) this.#dirty.add(section);
  }

  /** Whether there is something to show. */
  get isBuilt(): boolean {
    return this.#version > 0;
  }

  /** As `refresh`; a defect is reported when it begins, and leaves what is shown as it is. */
  keepUp(): void {
    try {
      this.refresh();
      this.#isBuildFailing = false;
    } catch (error) {
      if (!this.#isBuildFailing) this.#report(error);
      this.#isBuildFailing = true;
    }
  }

  /** Builds the marked sections anew. */
  refresh(): void {
    if (this.#dirty.size === 0) return;
    const values = this.#built(this.#dirty);
    const version = this.#version + 1;
    for (const section of this.#dirty) {
      const json = JSON.stringify(values[section] ?? null);
      if (this.#standing.get(section)?.json === json) continue;
      this.#standing.set(section, { json, version });
      this.#version = version;
    }
    this.#dirty.clear();
  }

  /**
   * Takes in lines that were committed since. One read at a time: who asks meanwhile waits for that one. A memory that cannot be read
   * leaves the lines as they are; its state is a section of its own.
   */
  readMemory(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  /** The whole of what is built, and how far it tells. */
  snapshot(): { json: string; seen: Seen } {
    const sections = SECTIONS.map((section) => `"${section}":${this.#standing.get(section)?.json ?? 'null'}`);
    return { json: `{${sections.join(',')},"activity":${JSON.stringify(this.#activity)}}`, seen: this.#now() };
  }

  /** What has changed since, or undefined. */
  patch(seen: Seen): { json: string; seen: Seen } | undefined {
    const changed = SECTIONS.flatMap((section) => {
      const standing = this.#standing.get(section);
      return standing === undefined || standing.version <= seen.version ? [] : [`"${section}":${standing.json}`];
    });
    const lines = this.#activity.filter((line) => line.id > seen.activityId);
    if (lines.length > 0) changed.push(`"activity":${JSON.stringify(lines)}`);
    return changed.length === 0 ? undefined : { json: `{${changed.join(',')}}`, seen: this.#now() };
  }

  #now(): Seen {
    return { version: this.#version, activityId: this.#activity[0]?.id ?? 0 };
  }

  #built(sections: ReadonlySet<Section>): Partial<Overview> {
    const views = this.#views;
    const { account } = this;
    const games = (['live', 'upcoming', 'finished'] as const).filter((list) => sections.has(list));
    const built: Partial<Overview> = games.length === 0 ? {} : views.games(account, games);
    if (sections.has('accounts')) built.accounts = views.accounts();
    if (sections.has('account')) built.account = account?.id ?? null;
    if (sections.has('environment')) {
      this.#environment = steadyEnvironment(this.#environment, views.environment(account));
      built.environment = this.#environment;
    }
    if (sections.has('health')) built.health = views.health(account);
    if (sections.has('engine')) built.engine = views.engine(account);
    if (sections.has('money')) built.money = views.money(account, this.#storedPath ?? []);
    if (sections.has('positions')) built.positions = views.positions(account);
    return built;
  }

  async #read(): Promise<void> {
    try {
      const afterId = this.#activity[0]?.id ?? 0;
      const filter = { accountId: this.account?.id, levels: SHOWN_LEVELS, categories: undefined };
      const lines = await this.#pages.recentActivity(filter, { afterId, most: ACTIVITY_LINES });
      this.#activity = [...lines.map(activityView), ...this.#activity].slice(0, ACTIVITY_LINES);
      this.#storedPath ??= await this.#views.storedPath(this.account);
      this.#isReadFailing = false;
    } catch (error) {
      if (!this.#isReadFailing) this.#report(error);
      this.#isReadFailing = true;
    }
  }
}
