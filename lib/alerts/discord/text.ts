/** Outside text for Discord: shown as it is, never as markup, link or mention. */

/** Controls and separators: a space each. Marks of direction, joiners, fillers and whatever else shows nothing: gone. */
const BREAKS = /[\p{Cc}\p{Zl}\p{Zp}]+/gu;
const UNSEEN = /[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;
/** Every character that can begin, join or end markup anywhere in a line. A colon can with something right behind it: a link, an emoji. */
const MARKUP = /[\\*_~`|<>[\]#@]|:(?=\S)/g;
/** What makes a list of a line that begins with it. */
const LIST = /^(\d*)([-+.)])(?=\s)/;
const ZERO_WIDTH = '\u200B';
const ELLIPSIS = '…';
const PIECE = /\\@\u200B|\\.|./gsu;

/** One line of plain text: what would break it, or could not be seen, is gone. */
export function oneLine(text: string): string {
  return text.toWellFormed().replace(BREAKS, ' ').replace(UNSEEN, '').trim();
}

/**
 * The text as markup that shows just it, in at most `most` UTF-16 units; what is too long is cut between two characters. Never empty:
 * nothing is shown as a dash.
 */
export function plain(text: string, most: number): string {
  const line = oneLine(text);
  if (line === '') return '–';
  const escaped = line.replace(MARKUP, escapeOf).replace(LIST, '$1\\$2');
  return escaped.length <= most ? escaped : `${cut(escaped, most - ELLIPSIS.length)}${ELLIPSIS}`;
}

/** After the sign of a mention there is no name, even where an escape is not honoured. */
function escapeOf(character: string): string {
  return character === '@' ? `\\@${ZERO_WIDTH}` : `\\${character}`;
}

/** No character, escaped or in two units, is cut in halves. */
function cut(escaped: string, most: number): string {
  let length = 0;
  for (const [piece] of escaped.matchAll(PIECE)) {
    if (length + piece.length > most) break;
    length += piece.length;
  }
  return escaped.slice(0, length).trimEnd();
}
