/**
 * The key to one case, kept on this device so that a killed tab loses nothing.
 *
 * It opens the case; it cannot sign (that takes the code on her telephone) and it is no personal
 * value. `forget` takes it from the device.
 */
export interface CaseKey {
  readonly case: string;
  readonly application: string;
  readonly token: string;
}

const name = 'fubie.case';
/** Where a device keeps nothing, the page itself remembers as long as it is open. */
let held: CaseKey | undefined;

export function caseKey(): CaseKey | undefined {
  if (held !== undefined) return held;
  try {
    held = parseCaseKey(localStorage.getItem(name));
  } catch {
    // Storage is forbidden here.
  }
  return held;
}

export function keepCase(key: CaseKey): void {
  held = key;
  try {
    localStorage.setItem(name, JSON.stringify(key));
  } catch {
    // Kept in the page alone.
  }
}

export function forgetCase(): void {
  held = undefined;
  try {
    localStorage.removeItem(name);
    sessionStorage.clear();
  } catch {
    // Nothing was kept.
  }
}

export function parseCaseKey(text: string | null): CaseKey | undefined {
  try {
    const read = JSON.parse(text ?? '') as Partial<Record<string, unknown>>;
    const { case: id, application, token } = read;
    if (typeof id !== 'string' || typeof application !== 'string') return undefined;
    return typeof token === 'string' ? { case: id, application, token } : undefined;
  } catch {
    return undefined;
  }
}

/** What an address says after its `#`: a hand-over from another device, or a case's own link. */
export type Arrival =
  | { readonly by: 'handover'; readonly secret: string }
  | { readonly by: 'link'; readonly case: string; readonly token: string };

export function arrivalIn(hash: string): Arrival | undefined {
  const handover = /^#h\.([A-Za-z0-9_-]{4,64})$/.exec(hash)?.[1];
  if (handover !== undefined) return { by: 'handover', secret: handover };
  const [, id, token] = /^#([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/.exec(hash) ?? [];
  return id === undefined || token === undefined ? undefined : { by: 'link', case: id, token };
}
