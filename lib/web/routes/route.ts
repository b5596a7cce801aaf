import type { ServerResponse } from 'node:http';
import type { Answer } from '../http/answer.ts';
import type { Asked } from '../http/asked.ts';
import type { Once } from '../http/once.ts';
import type { Hub } from '../stream/hub.ts';
import type { Views, WebSources } from '../views.ts';

/** What routes work with. */
export interface Desktop {
  sources: WebSources;
  views: Views;
  hub: Hub;
  once: Once;
}

/** `answer` tells what to write; `stream` writes by itself until its reader leaves. Both throw WebErrors and MemoryFailures. */
export type Route = { method: 'GET' | 'POST' | 'DELETE'; path: string } & (
  | { answer(desktop: Desktop, asked: Asked): Answer | Promise<Answer> }
  | { stream(desktop: Desktop, asked: Asked, response: ServerResponse): Promise<void> }
);
