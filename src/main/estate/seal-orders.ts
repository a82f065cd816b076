/**
 * The installer's orders for seals beyond the one that an institution comes with: approved in its
 * book, ordered by the keeper of the keys, made by the same steps as a start.
 *
 *   tenants/<id>.seals/<seal>.json  what is to be made; never changed
 *   tenants/<id>.seals/<seal>.key   the public half of its key, kept for ever
 *   tenants/<id>.seals/<seal>.gone  destroyed: key and certificate end, and none is made again
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { SealFigure } from '#formats/pdf';
import { textIn } from './secrets.ts';

const orderFile = /^([a-z][a-z0-9-]{1,39})\.json$/;

/** One seal that is to be made, and the paper under which it signs by itself. */
export interface SealOrderFile {
  readonly seal: string;
  /** What its certificate calls it, such as 财务专用章. */
  readonly words: string;
  /** Kinds of documents the paper speaks of. */
  readonly documents: readonly string[];
  readonly from: Instant;
  readonly until: Instant;
  /** Who signed the paper: an office of the institution, no natural person's name. */
  readonly grantedBy: string;
  /** Its key and its certificate have ended. */
  readonly gone: boolean;
}

/** What people call a seal: the words below its star, or all it says. */
export function wordsOf(figure: SealFigure): string {
  return figure.shape === 'square' ? figure.text : (figure.line ?? figure.name);
}

/** Puts an order down, durable when it resolves; a repeated one finds the first. */
export async function placeSealOrder(
  tenants: string,
  tenant: string,
  order: Omit<SealOrderFile, 'gone'>,
): Promise<SealOrderFile> {
  const folder = folderOf(tenants, tenant);
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const { seal, words, documents, grantedBy } = order;
  const [from, until] = [formatInstant(order.from), formatInstant(order.until)];
  const text = canonical({ v: 1, seal, words, documents, from, until, grantedBy });
  const held = await textIn(join(folder, `${seal}.json`), () => text);
  return { ...parsed(held, seal), gone: false };
}

/** From here on its key is destroyed wherever it is found, and never made again. */
export async function markSealGone(tenants: string, tenant: string, seal: string): Promise<void> {
  await mkdir(folderOf(tenants, tenant), { recursive: true, mode: 0o755 });
  await textIn(join(folderOf(tenants, tenant), `${seal}.gone`), () => '');
}

/** Was it ordered to end? The first seal of an institution has no other file here. */
export async function isSealGone(tenants: string, tenant: string, seal: string): Promise<boolean> {
  const names = await readdir(folderOf(tenants, tenant)).catch((): string[] => []);
  return names.includes(`${seal}.gone`);
}

/** In the order of their names; none where the institution has its first seal alone. */
export async function readSealOrders(
  tenants: string,
  tenant: string,
): Promise<readonly SealOrderFile[]> {
  const folder = folderOf(tenants, tenant);
  const names = new Set(await readdir(folder).catch(() => []));
  const orders: SealOrderFile[] = [];
  for (const name of [...names].toSorted()) {
    const seal = orderFile.exec(name)?.[1];
    if (seal === undefined) continue;
    const text = fromUtf8(new Uint8Array(await readFile(join(folder, name))));
    orders.push({ ...parsed(text, seal), gone: names.has(`${seal}.gone`) });
  }
  return orders;
}

function parsed(text: string, seal: string): Omit<SealOrderFile, 'gone'> {
  const members = new Map(Object.entries<Json>(Object(parseCanonical(utf8(text)))));
  const word = (name: string): string => {
    const member = members.get(name);
    if (typeof member !== 'string' || member === '') throw malformed(seal, name);
    return member;
  };
  const documents = members.get('documents');
  if (!Array.isArray(documents) || word('seal') !== seal) throw malformed(seal, 'documents');
  return {
    seal,
    words: word('words'),
    documents: documents.map(String),
    from: parseInstant(word('from')),
    until: parseInstant(word('until')),
    grantedBy: word('grantedBy'),
  };
}

/** Where the public half of its key is kept. */
export function sealKeyPath(tenants: string, tenant: string, seal: string): string {
  return join(folderOf(tenants, tenant), `${seal}.key`);
}

function folderOf(tenants: string, tenant: string): string {
  return join(tenants, `${tenant}.seals`);
}

function malformed(seal: string, member: string): Fault {
  return new Fault('tenancy.record_malformed', { file: `${seal}.json`, member });
}
