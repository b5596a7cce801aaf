import type { FlowMessage } from './contract.ts';

/** Node-RED's id of a message: kept along the flow, so that everything that comes of one event can be told to belong together. */
export function idOf({ _msgid: id }: FlowMessage): string | undefined {
  return id === '' ? undefined : id;
}

/** The message with this id: itself where it has it already. */
export function withId(message: FlowMessage, id: string | undefined): FlowMessage {
  return id === undefined || idOf(message) === id ? message : { ...message, _msgid: id };
}
