/** The doctor's findings as people and as programs read them. */
import type { Finding, Level } from './finding.ts';

const MARKS: Record<Level, string> = { ok: 'ok   ', note: 'note ', fault: 'FAULT' };
const TOPIC_WIDTH = 12;

/** One line, and a second one with what to do. */
export function findingText({ topic, level, says, todo }: Finding): string {
  const line = `${MARKS[level]}  ${topic.padEnd(TOPIC_WIDTH)} ${oneLine(says)}`;
  return todo === undefined ? line : `${line}\n${' '.repeat(MARKS.ok.length + TOPIC_WIDTH + 3)}-> ${oneLine(todo)}`;
}

export function summaryText(findings: readonly Finding[]): string {
  const faults = findings.filter(({ level }) => level === 'fault').length;
  if (faults === 0) return 'Nothing stands in the way of trading.';
  return `${faults === 1 ? 'One fault' : `${faults} faults`}. Do what the arrows say, then run it again.`;
}

/** One JSON document. */
export function findingsJson(findings: readonly Finding[]): string {
  const rows = findings.map(({ topic, level, says, todo }) => ({ topic, level, says, todo: todo ?? null }));
  return JSON.stringify({ healthy: isHealthy(findings), findings: rows }, null, 2);
}

export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every(({ level }) => level !== 'fault');
}

/** What comes from outside may hold anything that a terminal would obey. */
function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
}
