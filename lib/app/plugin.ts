/**
 * Courtside inside somebody else's Node-RED: Node-RED loads this before the nodes of the pack. Where the program itself has been started
 * the desk is there already, and nothing is done.
 */
import { join } from 'node:path';
import { provideDesk, theDesk } from '../account/desk.ts';
import { systemClock } from '../kalshi/wall-clock.ts';
import { readConfiguration } from './configuration.ts';
import { createEngine } from './engine.ts';
import { terminalLog } from './log.ts';
import { openPracticeExchange } from './practice.ts';
import { readOptions } from './practice-options.ts';

interface RedPlugins {
  settings: { userDir?: string };
  log: { error(text: string): void; info(text: string): void };
  plugins: { registerPlugin(id: string, plugin: { type: string }): void };
}

function courtside(RED: RedPlugins): void {
  RED.plugins.registerPlugin('courtside', { type: 'courtside' });
  if (isOpen()) return;
  const userDir = RED.settings.userDir ?? process.cwd();
  try {
    const configuration = readConfiguration({ COURTSIDE_HOME: join(userDir, 'courtside'), ...process.env }, userDir);
    const options = readOptions([], { dir: join(configuration.home, 'practice', 'tonight'), port: 0 });
    const engine = createEngine({
      configuration,
      openPractice: () => openPracticeExchange(options, { ...process.env, COURTSIDE_HOME: configuration.home }),
      log: terminalLog(
        configuration.logLevel,
        (line) => RED.log.info(line),
        () => systemClock.nowMs(),
      ),
    });
    provideDesk(engine.desk);
    void engine.begin();
  } catch (error) {
    RED.log.error(`Courtside cannot start: ${error instanceof Error ? error.message : String(error)}`);
  }
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
