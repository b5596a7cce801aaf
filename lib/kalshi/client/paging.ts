import { KalshiError } from '../errors.ts';
import type { ReadOptions } from './call.ts';

/** All rows of a paged list, page after page, as far as the loop that reads them goes. */
export type ListCall<Input, Row> = (input?: Partial<Input>, options?: ReadOptions) => AsyncGenerator<Row, void, undefined>;

export interface Page {
  cursor?: string | null | undefined;
}

export interface Paged {
  cursor?: string | undefined;
}

/**
 * Makes a list of a one-page call. `first` is what each page is asked with unless the caller says otherwise, usually the largest
 * page. Each page has the caller's deadline to itself.
 *
 * A cursor that comes back a second time is an error (`KALSHI_ANSWER_UNREADABLE`): going on would never end, and stopping would
 * pass off a part as the whole.
 */
export function listOf<Input extends Paged, Answer extends Page, Row>(
  onePage: (input: Input, options?: ReadOptions) => Promise<Answer>,
  rowsOf: (page: Answer) => readonly Row[],
  first: Input,
): ListCall<Input, Row> {
  return async function* rows(input, options) {
    const seen = new Set<string>();
    let wanted: Input = { ...first, ...input };
    for (;;) {
      const page = await onePage(wanted, options);
      yield* rowsOf(page);
      const cursor = page.cursor ?? '';
      if (cursor === '') return;
      if (seen.has(cursor)) {
        throw new KalshiError('KALSHI_ANSWER_UNREADABLE', 'Kalshi repeated a cursor, so the list has no end', {
          outcome: 'refused',
        });
      }
      seen.add(cursor);
      wanted = { ...wanted, cursor };
    }
  };
}
