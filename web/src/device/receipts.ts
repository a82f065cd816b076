/**
 * The authority's receipts: which key it certified for which intent. Hers to keep (law 1), beside
 * the case's key on this device, until she takes them away as a file or leaves the device.
 */
const prefix = 'fubie.receipt.';

const held = new Map<string, unknown>();

export function keepReceipt(intent: string, receipt: unknown): void {
  held.set(intent, receipt);
  try {
    localStorage.setItem(prefix + intent, JSON.stringify(receipt));
  } catch {
    // The page keeps it as long as it is open.
  }
}

/**
 * All receipts of this device, as the file that the verifier takes (`--receipt`). It does not say
 * `complete`: another device of hers may have made another key.
 */
export function receiptsText(): string {
  const all = new Map(held);
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(prefix)) continue;
      all.set(name.slice(prefix.length), JSON.parse(localStorage.getItem(name) ?? 'null'));
    }
  } catch {
    // Nothing was kept beside the page.
  }
  return JSON.stringify({ receipts: [...all.values()] }, undefined, 2);
}

export function dropReceipts(): void {
  held.clear();
  try {
    for (const name of Object.keys(localStorage)) {
      if (name.startsWith(prefix)) localStorage.removeItem(name);
    }
  } catch {
    // Nothing was kept.
  }
}
