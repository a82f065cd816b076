/**
 * Look-up over ciphertext: rows of tokens that only the key store can make.
 *
 * A token is a keyed digest of a piece of a value and a counter. Who has the database sees random
 * bytes, none of them twice; who has the key store's secret of an epoch could try guesses, and
 * nobody can once that secret is destroyed. Tokens within an epoch are never freed, so that a row
 * of counters has no holes: an erased person's row points at nobody until the epoch is over.
 */
import { toHex } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { CounterSearch, counterGapMax, unhintedCount } from './counter-search.ts';
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
/** So many others may have been filed since a hint was taken, and the guess still holds. */
const guessSpareCount = 1;
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

/** A row about to be written, and out of which counters it takes one (see `IndexRow`). */
interface ChosenRow extends Counters {
  readonly subject: string;
  readonly gap: number;
  readonly follows: boolean;
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
      // For one person the row's end is guessed and the database sees whether it is one: mostly
      // all is told in one statement. Many at once pay little for looking first.
      const isLooked = ({ subjects, piece }: Filing): boolean =>
        attempt > 0 || subjects.length > 1 || (into.purpose === 'change' && piece.kind !== 'exact');
      const looked = open.filter(isLooked);
      const ends = await this.#ends(unit, into, { filings: looked, known });
      const random = this.#random;
      const chosen = open.flatMap((filing) => {
        const end = ends.get(filing);
        if (end !== undefined) return chosenRows(filing, end, random);
        return [
          guessedRow(filing, this.#hints.get(hintKey(unit, into.epoch, filing.piece)), random),
        ];
      });
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
      const taken = await this.#store.taken(unit, into.epoch, tokens.flatMap(split));
      const answers = searches.map((): boolean[][] => []);
      let next = 0;
      for (const [n, { at, from, count }] of asks.entries()) {
        const [filing, group] = [filings[at], tokens[n]];
        if (filing !== undefined && group !== undefined) known.keep({ filing, from, count }, group);
        answers[at]?.push(taken.slice(next, next + count));
        next += count;
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

  /** Answers those whose token another unit took meanwhile, or that were guessed wrongly. */
  async #add(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    made: { readonly chosen: readonly ChosenRow[]; readonly known: TokenBook },
  ): Promise<(Piece & { readonly subject: string })[]> {
    const { chosen, known } = made;
    const unknown = chosen.filter((row) => known.tokens(row) === undefined);
    const asks = unknown.map(({ filing, from, count }) => ({ ...filing.piece, from, count }));
    for (const [at, tokens] of (await this.#tokens(unit, into, asks)).entries()) {
      known.keep(unknown[at], tokens);
    }
    const rows = chosen.map((row) => ({
      subject: row.subject,
      field: row.filing.piece.field,
      tokens: known.tokens(row) ?? new Uint8Array(),
      gap: row.gap,
      follows: row.follows,
    }));
    const added = await this.#store.add(unit, into.epoch, rows);
    const open: (Piece & { readonly subject: string })[] = [];
    for (const [at, { filing, subject, from }] of chosen.entries()) {
      const taken = added[at];
      if (taken === undefined) open.push({ ...filing.piece, subject });
      // Our own row is the newest we know of: the next filing begins behind it.
      else this.#hints.raise(hintKey(unit, into.epoch, filing.piece), from + taken + 1);
    }
    return open;
  }

  /** Tokens of one epoch for each ask, in as few questions as the limits of one allow. */
  async #tokens(
    unit: Unit,
    into: { readonly epoch: string; readonly purpose: TokenPurpose },
    asks: readonly TokenAsk[],
  ): Promise<readonly Uint8Array[]> {
    const all: Uint8Array[] = [];
    for (const some of questionsOf(asks)) {
      const plain = some.map(({ field, kind, value, from, count }) => ({
        field,
        kind,
        value,
        from,
        count,
      }));
      const [answer] = await this.#keys.tokens(unit.tenant, { ...into, asks: plain });
      all.push(...(answer?.tokens ?? []));
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

  raise(name: string | undefined, value: number): void {
    if (value > this.get(name)) this.set(name, value);
  }

  set(name: string | undefined, value: number): void {
    if (name === undefined || (value === 0 && this.get(name) === 0)) return;
    this.#young.set(name, value);
    if (this.#young.size < hintCountMax / 2) return;
    [this.#old, this.#young] = [this.#young, new Map<string, number>()];
  }
}

/** Counters of a filing: those from `from` up to, not including, `from + count`. */
interface Counters {
  readonly filing: Filing;
  readonly from: number;
  readonly count: number;
}

/** Tokens already asked for while filing. */
class TokenBook {
  readonly #runs = new Map<Filing, { readonly from: number; readonly tokens: Uint8Array }[]>();

  keep(asked: Counters | undefined, tokens: Uint8Array): void {
    if (asked === undefined) return;
    const runs = this.#runs.get(asked.filing) ?? [];
    this.#runs.set(asked.filing, runs);
    runs.push({ from: asked.from, tokens });
  }

  /** One after the other; undefined where they were not asked for together. */
  tokens({ filing, from, count }: Counters): Uint8Array | undefined {
    for (const run of this.#runs.get(filing) ?? []) {
      const at = (from - run.from) * tokenBytes;
      const end = at + count * tokenBytes;
      if (at >= 0 && end <= run.tokens.length) return run.tokens.subarray(at, end);
    }
    return undefined;
  }
}

const retryable = { retryable: true } as const;

/** Counters for all subjects of a piece. Only pieces that many share leave gaps. */
function chosenRows(filing: Filing, end: number, random: Random): ChosenRow[] {
  let next = end;
  return filing.subjects.map((subject) => {
    const from = next + gapOf(filing, random);
    next = from + 1;
    return { filing, subject, from, count: 1, gap: 0, follows: false };
  });
}

/**
 * Where the only subject of a filing goes if `hint` is where the row of its piece ends. Hardly
 * anybody shares a whole value: its first counter is the guess. A row seen before goes on behind
 * its last one, if that still stands; any other is short or does not exist yet.
 */
function guessedRow(filing: Filing, hint: number, random: Random): ChosenRow {
  const [subject = ''] = filing.subjects;
  const gap = gapOf(filing, random);
  const who = { filing, subject, gap };
  if (filing.piece.kind === 'exact') return { ...who, from: 0, count: 1, follows: false };
  if (hint === 0) return { ...who, from: 0, count: unhintedCount, follows: false };
  return { ...who, from: hint - 1, count: guessSpareCount + 2 + gap, follows: true };
}

function gapOf(filing: Filing, random: Random): number {
  return filing.piece.kind === 'exact' ? 0 : (random.bytes(1)[0] ?? 0) % counterGapMax;
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
