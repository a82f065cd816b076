/**
 * The installer's orders for seals beyond the one that an institution comes with: approved in its
 * book, ordered by the keeper of the keys, made by the same steps as a start.
 *
 *   tenants/<id>.seals/<seal>.json  what is to be made; never changed
 *   tenants/<id>.seals/<seal>.key   the public half of its key, kept for ever
 *   tenants/<id>.seals/<seal>.paper-2.json  its next paper (3, 4, …): certificate and authorisation
 *   tenants/<id>.seals/<seal>.gone  destroyed: key and certificate end, and none is made again
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json, parseCanonical } from '#base/canonical';
import { formatInstant, type Instant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { SealFigure } from '#formats/pdf';
import { readIfThere, textIn } from './secrets.ts';

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

/** The next paper of a seal that goes on: what is new in it, and its number (2, 3, …). */
export interface SealPaper
  extends Pick<SealOrderFile, 'seal' | 'documents' | 'from' | 'until' | 'grantedBy'> {
  readonly paper: number;
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

/** Orders the next paper of a seal, durable when it resolves; a repeated one finds the first. */
export async function placeSealPaper(
  tenants: string,
  tenant: string,
  order: SealPaper,
): Promise<SealPaper> {
  await mkdir(folderOf(tenants, tenant), { recursive: true, mode: 0o755 });
  const { seal, paper, documents, grantedBy } = order;
  const [from, until] = [formatInstant(order.from), formatInstant(order.until)];
  const text = canonical({ v: 1, seal, documents, from, until, grantedBy });
  const held = await textIn(paperPath(tenants, tenant, order), () => text);
  return { paper, ...paperIn(held, seal) };
}

/** Every further paper of a seal, in its order; none where it still stands under its first. */
export async function readSealPapers(
  tenants: string,
  tenant: string,
  seal: string,
): Promise<readonly SealPaper[]> {
  const papers: SealPaper[] = [];
  for (let paper = 2; ; paper += 1) {
    const text = await readIfThere(paperPath(tenants, tenant, { seal, paper }));
    if (text === undefined) return papers;
    papers.push({ paper, ...paperIn(text, seal) });
  }
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
  return { ...paperIn(text, seal), words: wordIn(membersOf(text), seal, 'words') };
}

function paperIn(text: string, seal: string): Omit<SealPaper, 'paper'> {
  const members = membersOf(text);
  const word = (name: string): string => wordIn(members, seal, name);
  const documents = members.get('documents');
  if (!Array.isArray(documents) || word('seal') !== seal) throw malformed(seal, 'documents');
  return {
    seal,
    documents: documents.map(String),
    from: parseInstant(word('from')),
    until: parseInstant(word('until')),
    grantedBy: word('grantedBy'),
  };
}

type Members = ReadonlyMap<string, Json>;

function membersOf(text: string): Members {
  return new Map(Object.entries<Json>(Object(parseCanonical(utf8(text)))));
}

function wordIn(members: Members, seal: string, name: string): string {
  const member = members.get(name);
  if (typeof member !== 'string' || member === '') throw malformed(seal, name);
  return member;
}

function paperPath(
  tenants: string,
  tenant: string,
  { seal, paper }: Pick<SealPaper, 'seal' | 'paper'>,
): string {
  return join(folderOf(tenants, tenant), `${seal}.paper-${paper}.json`);
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
