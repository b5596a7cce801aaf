/** What nobody knows yet about Kalshi, and what a round finds out about it: one line for each question. */
export const QUESTIONS = {
  shards: 'shard index of basketball, tennis and baseball',
  limits: 'new rate-limit table',
  newFields: 'what specifications 3.31 to 3.34 add',
  liveData: 'live_data details of basketball, football, baseball and hockey',
  secondSubscribe: 'second subscribe to the same channel',
  makerStp: 'maker self-trade prevention on the wire',
  settlement: 'body of a settlement',
  legacySides: 'legacy side and action of a V2 ask',
  forbidden: 'code strings of 403',
  batchMaximum: 'formula of the batch maximum',
  restingReduceOnly: 'reduce_only with good_till_canceled',
  amendedInitialCount: 'initial_count after amend',
} as const;

export type Question = keyof typeof QUESTIONS;

/** Says each answer as it comes. The first one counts. */
export class Notebook {
  readonly #answers = new Map<Question, string>();
  readonly #say: (line: string) => void;

  constructor(say: (line: string) => void) {
    this.#say = say;
  }

  learn(question: Question, answer: string): void {
    if (this.#answers.has(question)) return;
    this.#answers.set(question, answer);
    this.#say(`learned: ${QUESTIONS[question]}: ${answer}`);
  }

  missed(question: Question, because: string): void {
    this.learn(question, `could not be seen here, because ${because}`);
  }

  /** All answers; what nobody has looked at was missed because of `because`. */
  close(because: string): Record<string, string> {
    const questions = Object.keys(QUESTIONS) as Question[];
    for (const question of questions) this.missed(question, because);
    return Object.fromEntries(questions.map((question) => [question, this.#answers.get(question) ?? '']));
  }
}
