/**
 * Courtside inside somebody else's Node-RED: Node-RED loads this before the nodes of the pack. Where the program itself has been started
 * the desk is there already, and nothing is done.
 */
import { join } from 'node:path';
import { provideDesk, theDesk } from '../account/desk.ts';
import { readConfiguration } from './configuration.ts';
import { createEngine, wordsOf } from './engine.ts';
import { takeHome } from './home.ts';
import type { Level, Log } from './log.ts';
import { openPracticeExchange } from './practice.ts';
import { nightDir, readOptions } from './practice-options.ts';

interface RedPlugins {
  settings: { userDir?: string };
  log: Record<Exclude<Level, 'fatal'>, (text: string) => void>;
  plugins: { registerPlugin(id: string, plugin: { type: string }): void };
}

function courtside(RED: RedPlugins): void {
  RED.plugins.registerPlugin('courtside', { type: 'courtside' });
  if (isOpen()) return;
  // Which level is shown, and with which time, is that Node-RED's business.
  const log: Log = { say: (level, text) => RED.log[level === 'fatal' ? 'error' : level](`[Courtside] ${text}`) };
  const userDir = RED.settings.userDir ?? process.cwd();
  try {
    const configuration = readConfiguration(environmentIn(userDir), userDir);
    const asked = readOptions([], { port: 0 });
    const options = { ...asked, dir: nightDir(asked, configuration.home) };
    // Until the process ends: this Node-RED may stop its flows, and never unloads a plugin.
    takeHome(configuration.home);
    const engine = createEngine({
      configuration,
      openPractice: () => openPracticeExchange(options),
      log,
    });
    provideDesk(engine.desk);
    void engine.begin();
  } catch (error) {
    log.say('error', `cannot start: ${wordsOf(error)}`);
  }
}

/** What Courtside reads, beside that Node-RED's own files. Where it listens is not ours to say, so HOST and PORT may be anything. */
function environmentIn(userDir: string): NodeJS.ProcessEnv {
  const { HOST: _host, PORT: _port, ...env } = process.env;
  return { ...env, COURTSIDE_HOME: env.COURTSIDE_HOME || join(userDir, 'courtside') };
}

function isOpen(): boolean {
  try {
    theDesk();
    return true;
  } catch {
    return false;
  }
}

// Node-RED loads plugins with require(), which would not find a default export.
export { courtside as 'module.exports' };
