import { WebSocket } from 'ws';
import { parseServerFrame, type ServerFrame } from '../../lib/kalshi/schema/socket.ts';
import type { Trader } from './trader.ts';

/**
 * Subscribes to one market's book twice over one plain connection, and tells what the exchange made of the second time. Throws
 * where it does not take even the first one.
 */
export async function subscribeTwice(trader: Trader, ticker: string): Promise<string> {
  const frames = await converse(trader, ticker);
  const first = frames.findIndex((frame) => frame.type === 'subscribed' && frame.id === 1);
  const subscribed = frames[first];
  if (subscribed?.type !== 'subscribed') throw new Error('the first subscription was not confirmed');
  const reply = frames.find((frame) => 'id' in frame && frame.id === 2);
  const after = reply === undefined ? [] : frames.slice(frames.indexOf(reply) + 1);
  const snapshots = after.filter((frame) => frame.type === 'orderbook_snapshot').length;
  const list = frames.find((frame) => frame.type === 'ok' && frame.id === 3);
  return [
    describeReply(reply, subscribed.msg.sid),
    `snapshots after that: ${snapshots}`,
    list?.type === 'ok' && Array.isArray(list.msg) ? `subscriptions listed: ${list.msg.length}` : 'no list of subscriptions came',
  ].join('; ');
}

function describeReply(reply: ServerFrame | undefined, sid: number): string {
  if (reply === undefined) return 'nothing was answered';
  if (reply.type === 'error') return `answered by error ${reply.msg.code} (${reply.msg.msg})`;
  const replied = reply.type === 'subscribed' ? reply.msg.sid : 'sid' in reply ? reply.sid : undefined;
  return `answered by "${reply.type}" with ${replied === sid ? 'the same sid' : `sid ${replied ?? 'left out'} after sid ${sid}`}`;
}

/** All that came until the list of subscriptions, or until the patience was over. */
async function converse(trader: Trader, ticker: string): Promise<ServerFrame[]> {
  const headers = await trader.handshake();
  const ws = new WebSocket(trader.url, { headers: { ...headers }, perMessageDeflate: false });
  const subscribe = (id: number) => {
    const params = { channels: ['orderbook_delta'], market_tickers: [ticker], use_yes_price: true };
    ws.send(JSON.stringify({ id, cmd: 'subscribe', params }));
  };
  const frames: ServerFrame[] = [];
  let isAskedAgain = false;
  try {
    await new Promise<void>((resolve, reject) => {
      const cancel = trader.clock.after(trader.patienceMs, resolve);
      const finish = (end: () => void) => {
        cancel();
        end();
      };
      ws.on('open', () => subscribe(1));
      ws.on('error', () => finish(() => reject(new Error('the plain connection failed'))));
      ws.on('close', () => finish(resolve));
      ws.on('message', (data: Buffer) => {
        const parsed = parseServerFrame(JSON.parse(data.toString()));
        if (parsed.kind !== 'frame') return;
        const { frame } = parsed;
        frames.push(frame);
        // Only a book that has arrived once can be seen to arrive again.
        if (frame.type === 'orderbook_snapshot' && !isAskedAgain) {
          isAskedAgain = true;
          subscribe(2);
          ws.send(JSON.stringify({ id: 3, cmd: 'list_subscriptions' }));
        }
        if ('id' in frame && frame.id === 3) finish(resolve);
      });
    });
  } finally {
    ws.terminate();
  }
  return frames;
}
