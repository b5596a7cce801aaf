/** The accounts that a message from a flow is for. */
import type { AccountView, Attachment } from '../account/contract.ts';
import { NodeError } from './errors.ts';

/** Those of the attachment. Throws `NODE_ACCOUNT_OFFLINE` where there are none, with the reason: a wish must not end in silence. */
export function someAccounts(attachment: Attachment): readonly AccountView[] {
  const accounts = attachment.accounts();
  if (accounts.length > 0) return accounts;
  const why = attachment.problem()?.message ?? 'connecting';
  throw new NodeError('NODE_ACCOUNT_OFFLINE', `nothing was done, because no account is connected: ${why}`);
}
