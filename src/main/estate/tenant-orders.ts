/**
 * The installer's orders: which tenants this house has, before any database knows them.
 *
 *   tenants/<id>.json  the record, as it was ordered; never changed
 *   tenants/<id>.keys  the public halves of its keys, kept for ever: old packages name them
 *   tenants/<id>.gone  it left: its keys are destroyed and never made again
 *
 * An order is the first thing that is written when a tenant is onboarded; whatever a crash leaves
 * undone after it is done by the next start, by the same functions.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { parseTenantRecord, printTenantRecord, type TenantRecord } from '#business/tenancy';
import { textIn } from './secrets.ts';

const demoInstitutions = fileURLToPath(new URL('../../../catalog/institutions', import.meta.url));
const orderFile = /^([a-z0-9][a-z0-9-]{0,62})\.json$/;

/** Who stands behind this computer's own addresses. */
export const firstDemoTenant = 'demo-credit-cooperative' as TenantId;

/** A tenant this house was told to have. */
export interface TenantOrder {
  readonly record: TenantRecord;
  /** It left: nothing of it is made any more. */
  readonly gone: boolean;
}

/** Puts an order down, durable when it resolves; another one under its id is refused. */
export async function placeOrder(folder: string, record: TenantRecord): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const text = fromUtf8(printTenantRecord(record));
  const held = await textIn(orderPath(folder, record.id), () => text);
  if (held !== text) throw new Fault('tenancy.exists_differently', { tenant: record.id });
}

/** From its own folder's files; a parent stands before its children. */
export async function readOrders(folder: string): Promise<readonly TenantOrder[]> {
  const names = new Set(await readdir(folder).catch(() => []));
  const orders: TenantOrder[] = [];
  for (const name of [...names].toSorted()) {
    const id = orderFile.exec(name)?.[1];
    if (id === undefined) continue;
    const record = parseTenantRecord(new Uint8Array(await readFile(join(folder, name))));
    if (record.id !== id) throw new Fault('tenancy.record_malformed', { file: name });
    orders.push({ record, gone: names.has(`${id}.gone`) });
  }
  return parentsFirst(orders);
}

/** From here on its keys are not made again. */
export async function markGone(folder: string, tenant: string): Promise<void> {
  await textIn(join(folder, `${tenant}.gone`), () => '');
}

export function keysPath(folder: string, tenant: string): string {
  return join(folder, `${tenant}.keys`);
}

/** A record from a file that somebody hands in. */
export async function readRecord(path: string): Promise<TenantRecord> {
  try {
    return parseTenantRecord(new Uint8Array(await readFile(path)));
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
}

/** The synthetic institutions of the demo, ordered once; one that left stays away. */
export async function orderDemoTenants(folder: string): Promise<void> {
  for (const name of await readdir(demoInstitutions)) {
    const record = await readRecord(join(demoInstitutions, name));
    if (`${record.id}.json` !== name || !record.synthetic) {
      throw new Fault('tenancy.record_malformed', { file: name });
    }
    await placeOrder(folder, record);
  }
}

function orderPath(folder: string, tenant: string): string {
  return join(folder, `${tenant}.json`);
}

function parentsFirst(orders: readonly TenantOrder[]): readonly TenantOrder[] {
  const depth = ({ record }: TenantOrder, left = orders.length): number => {
    const above = orders.find((one) => one.record.id === record.parent);
    return above === undefined || left === 0 ? 0 : 1 + depth(above, left - 1);
  };
  return orders.toSorted((one, other) => depth(one) - depth(other));
}
