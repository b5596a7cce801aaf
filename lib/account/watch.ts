/** Listening to whichever accounts an attachment has at the moment. */
import type { AccountListener, AccountView, Attachment } from './contract.ts';

/**
 * Listens to every account of the attachment, also to those that connect later; `onChange` is called when which they are has changed.
 * The answer ends it.
 */
export function watchAccounts(
  attachment: Attachment,
  listenerFor: (account: AccountView) => AccountListener,
  onChange: () => void = () => {},
): () => void {
  const stops = new Map<AccountView, () => void>();
  function follow(): void {
    const accounts = new Set(attachment.accounts());
    for (const [account, stop] of stops) {
      if (accounts.has(account)) continue;
      stop();
      stops.delete(account);
    }
    for (const account of accounts) if (!stops.has(account)) stops.set(account, account.listen(listenerFor(account)));
  }
  const stopFollowing = attachment.onChange(() => {
    follow();
    onChange();
  });
  follow();
  return () => {
    stopFollowing();
    for (const stop of stops.values()) stop();
    stops.clear();
  };
}
