/**
 * The token of who is logged in, for this tab only, and who wants to know when it ends.
 *
 * It lies in sessionStorage: a reload keeps it, a closed tab does not, another tab never sees it.
 */
const place = 'fubie.desk.session';
const listeners = new Set<() => void>();
let expired = false;

export function sessionToken(): string | undefined {
  return sessionStorage.getItem(place) ?? undefined;
}

/** Whether the house ended the last session, and not its holder. */
export function isExpired(): boolean {
  return expired;
}

export function beginSession(token: string): void {
  expired = false;
  sessionStorage.setItem(place, token);
  tell();
}

export function endSession(why: 'logout' | 'expired'): void {
  if (sessionToken() === undefined) return;
  expired = why === 'expired';
  sessionStorage.removeItem(place);
  tell();
}

export function onSession(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tell(): void {
  for (const listener of listeners) listener();
}
