/**
 * Step 7b: what the source of each record signed: the record itself, or the tree over a batch of
 * records in which this one is a leaf.
 *
 * The signature is over the values as given: of a record that is opened in part nothing can be
 * told, which is said (law 10). An entry of version 4 says that its source signed a batch; its
 * `@source` names blind, place and path, and no other record of the batch is needed or shown. Whose
 * key it is only a trust folder can say, and a shared secret proves nothing to a stranger.
 */
import { fromBase64, toBase64 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import type { Engine } from '#formats/crypto';
import {
  batchMessage,
  isBlind,
  type SourceRecord,
  sourceLeaf,
  sourceMessage,
} from '#formats/entry';
import { type MessageKey, messageAlgorithms, verifyMessage } from '#formats/httpsig';
import { hashLeaf, inclusionFlaw, parseHash } from '#formats/tlog';
import type { JsonObject } from '../json.ts';
import type { Findings } from '../report/findings.ts';
import type { Notice } from '../report/report.ts';
import type { Recorded } from './entries.ts';

/** A larger tree than any house takes in one request is not believed. */
const batchRecordsMax = 65_536;
const code = 'source_signature_wrong';
const batchMembers = 'blind,index,path,root,size';

/** What the source says of one record in its batch. */
interface BatchPlace {
  readonly blind: string;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly path: readonly Uint8Array[];
}

/** Judges the sources of one package: the signature over a batch is looked at once. */
export class SourceWords {
  readonly #engine: Engine;
  readonly #findings: Findings;
  readonly #batches = new Map<string, Promise<boolean>>();
  readonly #unjudged = new Map<string, string[]>();
  readonly #items = new Set<string>();

  constructor({ engine, findings }: { readonly engine: Engine; readonly findings: Findings }) {
    this.#engine = engine;
    this.#findings = findings;
  }

  /** What is signed and was not judged, reason by reason: nobody takes it for proved. */
  get notices(): readonly Notice[] {
    return [...this.#unjudged].map(([why, [first = '', ...more]]) => {
      const others = more.length === 0 ? '' : ` and ${more.length} more`;
      return { code: 'source_not_judged', detail: `${first}${others}: ${why}` };
    });
  }

  async judge(one: Recorded, deposit: Json | undefined): Promise<void> {
    const { entry, part, values } = one;
    const source = values.get('@source');
    const isBatched = entry.batched === true;
    const isSigned = isObject(source) && source['signed'] === true;
    if (!isSigned && !isBatched) return;
    // It is over all values: of a record that is opened in part nothing can be told.
    if (values.size !== entry.sd.length) {
      this.#leave(part, 'a value of the record is not opened');
      return;
    }
    if (!isSigned) {
      this.#findings.add(code, part, 'no signature over a batch');
      return;
    }
    if (deposit === undefined) {
      this.#leave(part, 'the name of its deposit is not opened');
      return;
    }
    if (isShared(source)) this.#leave(part, 'signed with a shared secret');
    if (isShared(source) && !isBatched) return;
    const record = recordOf(one, deposit);
    if (record === undefined) {
      this.#findings.addUnstated(code, part, 'not over these values');
      return;
    }
    const why = await this.#findings.triedLater({ code, part }, () =>
      isBatched ? this.#batchFlaw(record, source) : this.#recordFlaw(record, source),
    );
    if (why !== undefined) this.#findings.add(code, part, why);
    else this.#judgeOnce(one, part);
  }

  /** The source names each of its records once: signed once and logged twice it was one fact. */
  #judgeOnce({ entry, values }: Recorded, part: string): void {
    const item = `${entry.type} ${canonical(values.get('@item') ?? null)}`;
    if (this.#items.has(item)) this.#findings.add(code, part, 'the same record a second time');
    this.#items.add(item);
  }

  #leave(part: string, why: string): void {
    this.#unjudged.set(why, [...(this.#unjudged.get(why) ?? []), part]);
  }

  async #recordFlaw(record: SourceRecord, source: JsonObject): Promise<string | undefined> {
    return (await this.#holds(sourceMessage(record), source)) ? undefined : 'not over these values';
  }

  /** The path leads from this very record to the root, and the root is what was signed. */
  async #batchFlaw(record: SourceRecord, source: JsonObject): Promise<string | undefined> {
    const place = placeOf(source['batch']);
    if (place === undefined) return 'no place in a batch';
    const { blind, index, size, root, path: proof } = place;
    const leaf = await hashLeaf(sourceLeaf(record, blind), this.#engine);
    const flaw = await inclusionFlaw({ leaf, index, size, root, proof }, this.#engine);
    if (flaw !== undefined) return `not in the batch that was signed: ${flaw}`;
    if (isShared(source)) return undefined;
    const { algorithm = null, publicKey = null, signature = null } = source;
    const name = canonical([algorithm, publicKey, signature, toBase64(root), size]);
    const holds = this.#batches.get(name) ?? this.#holds(batchMessage({ root, size }), source);
    this.#batches.set(name, holds);
    return (await holds) ? undefined : 'the batch is not signed by this key';
  }

  async #holds(message: Uint8Array, source: JsonObject): Promise<boolean> {
    const { algorithm, publicKey, signature } = source;
    if (typeof publicKey !== 'string' || typeof signature !== 'string') return false;
    const key = keyOf(algorithm, publicKey);
    if (key === undefined) return false;
    const check = { base: message, signature: fromBase64(signature), key };
    return verifyMessage(check, this.#engine);
  }
}

/** What the source signed of it, if entry and opening 0 say which record it is. */
function recordOf(
  { entry, values }: Recorded,
  deposit: Json | undefined,
): SourceRecord | undefined {
  const item = values.get('@item');
  if (typeof deposit !== 'string' || typeof item !== 'string') return undefined;
  const named = entry.of.find(({ name }) => name.startsWith('schema/'))?.name;
  const schema = named === undefined ? 'file' : named.slice('schema/'.length);
  const fields = [...values].filter(([name]) => !name.startsWith('@'));
  const given = fields.map(([name, value]) => [name, givenOf(value)] as const);
  return { deposit, item, schema, fields: Object.fromEntries(given) };
}

function givenOf(value: Json): Json {
  return isObject(value) && value['given'] !== undefined ? value['given'] : value;
}

function placeOf(batch: Json | undefined): BatchPlace | undefined {
  if (!isObject(batch) || Object.keys(batch).toSorted().join() !== batchMembers) return undefined;
  const { blind, index, path, root, size } = batch;
  const isSpelled = typeof blind === 'string' && isBlind(blind) && typeof root === 'string';
  const isPlaced = typeof index === 'number' && typeof size === 'number' && size <= batchRecordsMax;
  if (!isSpelled || !isPlaced || !Array.isArray(path)) return undefined;
  const hashes = path.map((hash: Json) => (typeof hash === 'string' ? parseHash(hash) : undefined));
  const whole = hashes.filter((hash) => hash !== undefined);
  if (whole.length < hashes.length) return undefined;
  return { blind, index, size, root: parseHash(root), path: whole };
}

/** A key that both sides know signs nothing for a third. */
function isShared(source: JsonObject): boolean {
  return source['algorithm'] === 'hmac-sha256' && source['publicKey'] === undefined;
}

function keyOf(algorithm: Json | undefined, publicKey: string): MessageKey | undefined {
  const known = messageAlgorithms.find((one) => one === algorithm);
  if (known === undefined || known === 'hmac-sha256') return undefined;
  return { algorithm: known, publicKey: fromBase64(publicKey) };
}

function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}
