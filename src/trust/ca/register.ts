/**
 * The authority's memory: what was issued for what, written once and never again.
 *
 * A promise outlives a crash: when `putOnce` resolves the bytes are durable, and no later call
 * replaces them. The same bytes again are welcome; other bytes are refused with a Fault.
 */
export interface Register {
  get(name: string): Promise<Uint8Array | undefined>;
  putOnce(name: string, bytes: Uint8Array): Promise<void>;
  /** Every name below a folder, sorted. */
  list(folder: string): Promise<readonly string[]>;
}
