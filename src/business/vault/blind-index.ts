/**
 * Look-up over ciphertext: rows of tokens that only the key store can make.
 *
 * A token is a keyed digest of a piece of a value and a counter. Who has the database sees random
 * bytes, none of them twice; who has the key store's secret of an epoch could try guesses, and
 * nobody can once that secret is destroyed. Tokens within an epoch are never freed, so that a row
 * of counters has no holes: an erased person's row points at nobody until the epoch is over.
 */
import { compare, toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { drawnOnce } from './chance.ts';
import { CounterSearch, counterGapMax } from './counter-search.ts';
import type {
  EpochTokens,
  IndexHit,
  IndexKind,
  IndexStore,
  TokenAsk,
  TokenPurpose,
  WrapKeys,
} from './ports.ts';

export const tokenBytes = 32;
/** More hits than a desk can look through are a question that is too wide. */
export const foundCountMax = 500;
const filingAttemptsMax = 8;
const findAttemptsMax = 4;
const findFirstCount = 2 * counterGapMax;
const findGrowth = 4;
const hintCountMax = 20_000;
/** What one question to the key store may carry. */
export const asksPerQuestionMax = 4_096;
export const tokensPerQuestionMax = 65_536;

/** A piece of a value under which somebody is filed or looked up. */
export interface Piece {
  readonly field: string;
  readonly kind: IndexKind;
  readonly value: string;
}

interface Filing {
  readonly piece: Piece;
  readonly subjects: string[];
}

interface ChosenRow {
  readonly filing: Filing;
  readonly subject: string;
  readonly counter: number;
}

export class BlindIndex {
  readonly #store: IndexStore;
  readonly #keys: WrapKeys;
  readonly #random: Random;
  /** Where the row of a frequent piece ended when it was last seen. Never whole values. */
  readonly #hints = new Hints();

  constructor(parts: { index: IndexStore; keys: WrapKeys; random: Random }) {
    this.#store = parts.index;
    this.#keys = parts.keys;
    this.#random = parts.random;
  }

  /** Files subjects under their pieces, all rows in one epoch. */
  async file(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    wanted: readonly (Piece & { readonly subject: string })[],
  ): Promise<void> {
    let open = filingsOf(wanted);
    for (let attempt = 0; open.length > 0; attempt += 1) {
      if (attempt === filingAttemptsMax) throw new Fault('vault.index_busy', {}, retryable);
      const known = new TokenBook();
      // Hardly anybody shares a whole value: its first counter is tried without looking.
      const looked = open.filter(({ piece }) => attempt > 0 || piece.kind !== 'exact');
      const ends = await this.#ends(unit, into, { filings: looked, known });
      const random = drawnOnce(this.#random, wanted.length);
      const chosen = open.flatMap((filing) => chosenRows(filing, ends.get(filing) ?? 0, random));
      open = filingsOf(await this.#add(unit, into, { chosen, known }));
    }
  }

  /**
   * The hits of whichever piece is the rarest; all pieces must be met, so the others need no look.
   * Refuses with vault.find_too_wide when even the rarest is met too often.
   */
  async find(unit: Unit, pieces: readonly Piece[]): Promise<readonly IndexHit[]> {
    for (let attempt = 0; attempt < findAttemptsMax; attempt += 1) {
      const hits = await this.#findOnce(unit, pieces);
      if (hits !== 'epoch_turned') return hits;
    }
    throw new Fault('vault.epoch_over', {}, retryable);
  }

  async #findOnce(
    unit: Unit,
    pieces: readonly Piece[],
  ): Promise<readonly IndexHit[] | 'epoch_turned'> {
    const found = pieces.map((): IndexHit[] => []);
    let from = 0;
    for (let count = findFirstCount; from <= foundCountMax; count *= findGrowth) {
      const window = { from, count };
      const asks = pieces.map((piece) => ({ ...piece, ...window }));
      const epochs = await this.#keys.tokens(unit.tenant, { purpose: 'find', asks });
      const groups = epochs.map(({ epoch, tokens }) => ({ epoch, tokens: tokens.flatMap(split) }));
      const { newest, hits } = await this.#store.hits(unit, groups);
      // The epoch was turned between the key store's answer and this look: ask it again.
      if (newest !== undefined && epochs.every(({ epoch }) => epoch < newest)) {
        return 'epoch_turned';
      }
      const met = pieces.map((_piece, at) => metBy(epochs, at, hits));
      for (const [at, one] of met.entries()) found[at]?.push(...one.hits);
      const ended = met.findIndex((one) => one.ended);
      const hitsOfRarest = found[ended];
      if (hitsOfRarest !== undefined && hitsOfRarest.length <= foundCountMax) return hitsOfRarest;
      if (hitsOfRarest !== undefined) break;
      from += count;
    }
    throw new Fault('vault.find_too_wide', { countMax: foundCountMax });
  }

  async #ends(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    looking: { readonly filings: readonly Filing[]; readonly known: TokenBook },
  ): Promise<ReadonlyMap<Filing, number>> {
    const { filings, known } = looking;
    const hintKeys = filings.map(({ piece }) => hintKey(unit, into.epoch, piece));
    const searches = hintKeys.map((key) => new CounterSearch(this.#hints.get(key)));
    for (;;) {
      const asks = searches.flatMap((search, at) =>
        search.asks().map((range) => ({ ...pieceOf(filings[at]), ...range, at })),
      );
      if (asks.length === 0) break;
      const tokens = await this.#tokens(unit, into, asks);
      const taken = await this.#store.taken(unit, into.epoch, tokens.flat());
      const answers = searches.map((): boolean[][] => []);
      let next = 0;
      for (const [n, { at, from }] of asks.entries()) {
        const group = tokens[n] ?? [];
        known.keep(filings[at], from, group);
        answers[at]?.push(taken.slice(next, next + group.length));
        next += group.length;
      }
      for (const [at, search] of searches.entries()) {
        if (search.end === undefined) search.learn(answers[at] ?? []);
      }
    }
    const ends = new Map<Filing, number>();
    for (const [at, filing] of filings.entries()) {
      const end = searches[at]?.end ?? 0;
      this.#hints.set(hintKeys[at], end);
      ends.set(filing, end);
    }
    return ends;
  }

  /** Answers those whose token another unit took meanwhile. */
  async #add(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    made: { readonly chosen: readonly ChosenRow[]; readonly known: TokenBook },
  ): Promise<(Piece & { readonly subject: string })[]> {
    const { chosen, known } = made;
    const unknown = chosen.filter(({ filing, counter }) => !known.has(filing, counter));
    const asks = unknown.map(({ filing, counter }) => ({
      ...filing.piece,
      from: counter,
      count: 1,
    }));
    for (const [at, tokens] of (await this.#tokens(unit, into, asks)).entries()) {
      known.keep(unknown[at]?.filing, unknown[at]?.counter ?? 0, tokens);
    }
    // In one order for everybody, so that two units wait for each other one way round only.
    const rows = chosen
      .map((row) => ({ row, token: known.token(row.filing, row.counter) }))
      .toSorted((a, b) => compare(a.token, b.token));
    const added = await this.#store.add(
      unit,
      into.epoch,
      rows.map(({ row: { filing, subject }, token }) => ({
        subject,
        field: filing.piece.field,
        token,
      })),
    );
    for (const { filing, counter } of chosen) {
      // Our own row is the newest we know of: the next filing begins behind it.
      const key = hintKey(unit, into.epoch, filing.piece);
      if (counter >= this.#hints.get(key)) this.#hints.set(key, counter + 1);
    }
    return rows.flatMap(({ row: { filing, subject } }, at) =>
      added[at] === true ? [] : [{ ...filing.piece, subject }],
    );
  }

  /** Tokens of one epoch for each ask, in as few questions as the limits of one allow. */
  async #tokens(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    asks: readonly TokenAsk[],
  ): Promise<readonly (readonly Uint8Array[])[]> {
    const all: Uint8Array[][] = [];
    for (const some of questionsOf(asks)) {
      const plain = some.map(({ field, kind, value, from, count }) => ({
        field,
        kind,
        value,
        from,
        count,
      }));
      const [answer] = await this.#keys.tokens(unit.tenant, { ...into, asks: plain });
      all.push(...(answer?.tokens ?? []).map(split));
    }
    return all;
  }
}

/**
 * Remembers numbers of the names used lately, in two generations: once the younger one is full, the
 * older is forgotten as a whole. (One map in the order of use is slow: it walks over its gaps.)
 */
class Hints {
  #young = new Map<string, number>();
  #old = new Map<string, number>();

  /** Zero for a name that is not known. */
  get(name: string | undefined): number {
    if (name === undefined) return 0;
    return this.#young.get(name) ?? this.#old.get(name) ?? 0;
  }

  set(name: string | undefined, value: number): void {
    if (name === undefined || (value === 0 && this.get(name) === 0)) return;
    this.#young.set(name, value);
    if (this.#young.size < hintCountMax / 2) return;
    [this.#old, this.#young] = [this.#young, new Map<string, number>()];
  }
}

/** Tokens already asked for while filing. */
class TokenBook {
  readonly #tokens = new Map<Filing, Map<number, Uint8Array>>();

  keep(filing: Filing | undefined, from: number, tokens: readonly Uint8Array[]): void {
    if (filing === undefined) return;
    const held = this.#tokens.get(filing) ?? new Map<number, Uint8Array>();
    this.#tokens.set(filing, held);
    for (const [at, token] of tokens.entries()) held.set(from + at, token);
  }

  has(filing: Filing, counter: number): boolean {
    return this.#tokens.get(filing)?.has(counter) === true;
  }

  token(filing: Filing, counter: number): Uint8Array {
    return this.#tokens.get(filing)?.get(counter) ?? new Uint8Array();
  }
}

const retryable = { retryable: true } as const;

/** Counters for all subjects of a piece. Only pieces that many share leave gaps. */
function chosenRows(filing: Filing, end: number, random: Random): ChosenRow[] {
  const shared = filing.piece.kind !== 'exact';
  let counter = end;
  return filing.subjects.map((subject) => {
    const gap = shared ? (random.bytes(1)[0] ?? 0) % counterGapMax : 0;
    const row = { filing, subject, counter: counter + gap };
    counter = row.counter + 1;
    return row;
  });
}

function filingsOf(wanted: readonly (Piece & { readonly subject: string })[]): Filing[] {
  const filings = new Map<string, Filing>();
  for (const { subject, field, kind, value } of wanted) {
    const key = `${field}\n${kind}\n${value}`;
    const filing = filings.get(key) ?? { piece: { field, kind, value }, subjects: [] };
    filings.set(key, filing);
    filing.subjects.push(subject);
  }
  return [...filings.values()];
}

function pieceOf(filing: Filing | undefined): Piece {
  return filing?.piece ?? { field: '', kind: 'exact', value: '' };
}

/** Whole values are neither remembered nor frequent: they have no hint. */
function hintKey(unit: Unit, epoch: string, { field, kind, value }: Piece): string | undefined {
  return kind === 'exact' ? undefined : `${unit.tenant}\n${epoch}\n${field}\n${kind}\n${value}`;
}

function* questionsOf(asks: readonly TokenAsk[]): Generator<readonly TokenAsk[]> {
  let some: TokenAsk[] = [];
  let tokens = 0;
  for (const ask of asks) {
    const full = some.length === asksPerQuestionMax || tokens + ask.count > tokensPerQuestionMax;
    if (full && some.length > 0) {
      yield some;
      [some, tokens] = [[], 0];
    }
    some.push(ask);
    tokens += ask.count;
  }
  if (some.length > 0) yield some;
}

function split(tokens: Uint8Array): Uint8Array[] {
  const count = Math.floor(tokens.length / tokenBytes);
  return Array.from({ length: count }, (_, at) =>
    tokens.subarray(at * tokenBytes, (at + 1) * tokenBytes),
  );
}

/** The hits of one piece in one window, and whether its rows end inside it in every epoch. */
function metBy(
  epochs: readonly EpochTokens[],
  at: number,
  hits: readonly IndexHit[],
): { readonly hits: readonly IndexHit[]; readonly ended: boolean } {
  const met: IndexHit[] = [];
  let ended = true;
  for (const { epoch, tokens } of epochs) {
    const places = new Map(split(tokens[at] ?? new Uint8Array()).map((one, n) => [toHex(one), n]));
    const mine = hits.filter((hit) => hit.epoch === epoch && places.has(toHex(hit.token)));
    const last = Math.max(-1, ...mine.map((hit) => places.get(toHex(hit.token)) ?? -1));
    if (last + counterGapMax >= places.size) ended = false;
    met.push(...mine);
  }
  return { hits: met, ended };
}
