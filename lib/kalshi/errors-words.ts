import type { ExchangeWords } from './errors.ts';

/** What the body of an answer says that is no success. */
export interface Reading {
  words: ExchangeWords;
  /** It has one of the shapes in which Kalshi states its errors. Anything may stand in front of Kalshi and answer text or HTML. */
  isStatement: boolean;
}

const LONGEST_QUOTE = 300;

/**
 * Finds code, message and details. Kalshi words its errors in five ways: nested under `error`, flat, a bare `msg`, `error` as text, and
 * plain text, which is not told apart from what a gateway says.
 */
export function readWords(body: string): Reading {
  const text = body.trim();
  const parsed = readJson(text);
  if (isRecord(parsed)) {
    const words = wordsOf(parsed);
    return { words, isStatement: words.code !== undefined || words.message !== undefined };
  }
  const said = typeof parsed === 'string' ? parsed : text;
  return { words: said === '' || said.startsWith('<') ? {} : { message: quote(said) }, isStatement: false };
}

function wordsOf(body: Record<string, unknown>): ExchangeWords {
  const nested = body['error'];
  if (typeof nested === 'string') return { message: textOf(nested) };
  const source = isRecord(nested) ? nested : body;
  return {
    code: textOf(source['code']),
    message: textOf(source['message']) ?? textOf(source['msg']),
    details: textOf(source['details']),
  };
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? quote(value) : undefined;
}

function quote(text: string): string {
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text;
}
