/** What must never be shown, taken out of whatever is about to be. */
import { VARIABLES, type Variable } from '../variables.ts';

/** Shorter ones would take innocent words with them. */
const SHORTEST = 4;

/** Replaces every secret of these variables, and every secret part of an address among them. */
export function hideSecrets(env: NodeJS.ProcessEnv): (text: string) => string {
  const secrets = Object.values<Variable>(VARIABLES)
    .filter(({ isSecret }) => isSecret === true)
    .flatMap(({ name }) => partsOf(env[name] ?? ''))
    .filter((secret) => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length);
  return (text) => secrets.reduce((shown, secret) => shown.replaceAll(secret, '…'), text);
}

function partsOf(value: string): string[] {
  const url = URL.parse(value);
  if (url === null) return [value, ...value.split(/\\n|\n/).filter((line) => line.length > 40)];
  const { password, pathname } = url;
  const tokens = url.protocol.startsWith('http') ? pathname.split('/').filter((part) => part.length >= 15) : [];
  return [value, password, decodedOr(password), ...tokens];
}

function decodedOr(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
