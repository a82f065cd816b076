/**
 * A fixed piece of hashing: with neighbours on the cores the same work takes twice the CPU.
 */
import { loadavg } from 'node:os';
import { treeHash } from '#adapters/tiles';
import { rounded } from './samples.ts';

const hashes = 20_000;
const recordBytes = 512;

/** Its CPU, 20 ms on free cores, and how many wanted one. */
export function calibrated(): { readonly cpuMs: number; readonly load: number } {
  const record = crypto.getRandomValues(new Uint8Array(recordBytes));
  const began = process.cpuUsage();
  for (let at = 0; at < hashes; at += 1) treeHash.leaf(record);
  const { user, system } = process.cpuUsage(began);
  return { cpuMs: rounded((user + system) / 1_000), load: rounded(loadavg()[0] ?? 0) };
}
