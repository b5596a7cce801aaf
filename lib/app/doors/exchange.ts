/** `npm run exchange`: the practice exchange on its own. Prints one JSON line when it is ready. */
import { runPractice } from '../practice-door.ts';

await runPractice(process.argv.slice(2), (exchange) =>
  JSON.stringify({
    ready: true,
    rest: exchange.server.rest,
    ws: exchange.server.ws,
    keyId: exchange.keyId,
    privateKeyPath: exchange.privateKeyPath,
    night: exchange.night.header.night,
    resumed: exchange.isResumed,
  }),
);
