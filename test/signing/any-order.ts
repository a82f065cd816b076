/**
 * People sign, certify, lock, archive and renew a document of any shape, in any order; after each
 * step all that was signed before must still stand by our own verifier, on bytes that nobody wrote
 * again, and what an earlier signer forbade must have been refused.
 */
import fc from 'fast-check';
import { nodeEngine } from '#adapters/engine';
import { equal } from '#base/bytes';
import { faultCode } from '#base/fault';
import { type ModificationLevel, openToSign, type Restrictions } from '#formats/pdf';
import { verify } from '#trust/verify';
import { type Shape, sections, versions, written } from './shapes.ts';
import { type Holder, keyMakers, SigningTable } from './signing-table.ts';

/** What somebody does to the document. Numbers choose among what there is. */
export type Step =
  | {
      readonly do: 'sign' | 'fill';
      readonly as: number;
      readonly at: number;
      readonly side: number;
      readonly certify: ModificationLevel | undefined;
      readonly lock: readonly string[];
    }
  | { readonly do: 'raise'; readonly level: 'B-LT' | 'B-LTA' };

const preparedNames = ['party1', 'party2', 'party3'];

export const shapes: fc.Arbitrary<Shape> = fc.record({
  version: fc.constantFrom(...versions),
  section: fc.constantFrom(...sections),
  isPacked: fc.boolean(),
  pages: fc.integer({ min: 1, max: 3 }),
  prepared: fc.subarray(preparedNames),
  form: fc.constantFrom('direct', 'indirect', 'fields indirect'),
  annotations: fc.constantFrom('direct', 'indirect', 'shared'),
  box: fc.constantFrom('usual', 'turned', 'unsaid'),
  spare: fc.constantFrom('none', 'nowhere', 'run together'),
  generation: fc.constantFrom(0, 3),
  end: fc.constantFrom('', '\n', '\r\n', '\n\0\0\0\0'),
});

const rarely = { freq: 6, nil: undefined };
const signing = fc.record({
  do: fc.constantFrom('sign' as const, 'fill' as const),
  as: fc.nat(),
  at: fc.nat(),
  side: fc.constantFrom(0, 25),
  certify: fc.option(fc.constantFrom<ModificationLevel[]>(2, 3, 1), { freq: 2, nil: undefined }),
  lock: fc.option(fc.subarray(preparedNames), rarely).map((names) => names ?? []),
});
const raising = fc.record({
  do: fc.constant('raise' as const),
  level: fc.constantFrom('B-LT' as const, 'B-LTA' as const),
});

export const steps = (max: number): fc.Arbitrary<Step[]> =>
  fc.array(fc.oneof({ weight: 6, arbitrary: signing }, { weight: 1, arbitrary: raising }), {
    minLength: 1,
    maxLength: max,
  });

/** What was done so far, and what nobody may do any more. */
class Story {
  readonly standing: string[] = [];
  readonly open: string[];
  readonly locked = new Set<string>();
  level: ModificationLevel = 3;

  constructor(open: readonly string[]) {
    this.open = [...open];
  }

  /** The code with which signing there must end; undefined where it must succeed. */
  refusalOf(field: string, { certify }: Restrictions, isSeenAnew: boolean): string | undefined {
    if (certify !== undefined && this.standing.length > 0) return 'signing.not_first';
    if (this.level === 1 || this.locked.has(field)) return 'signing.earlier_broken';
    return this.level === 2 && isSeenAnew ? 'signing.place_unprepared' : undefined;
  }

  signed(field: string, { certify, lock }: Restrictions): void {
    this.standing.push(field);
    this.level = certify ?? this.level;
    for (const name of lock?.fields ?? []) this.locked.add(name);
    const at = this.open.indexOf(field);
    if (at >= 0) this.open.splice(at, 1);
  }
}

/** The table is shared: keys and authorities are made once, time only goes on. */
export class AnyOrder {
  readonly #table: SigningTable;
  readonly #people: readonly Holder[];

  private constructor(table: SigningTable, people: readonly Holder[]) {
    this.#table = table;
    this.#people = people;
  }

  static async open(algorithms: readonly string[] = Object.keys(keyMakers)): Promise<AnyOrder> {
    const table = await SigningTable.open();
    const people: Holder[] = [];
    for (const algorithm of algorithms) people.push(await table.person(algorithm));
    return new AnyOrder(table, people);
  }

  /** What is wrong after the first step that breaks something; nothing if all is well. */
  async flaws(shape: Shape, todo: readonly Step[], base = written(shape)): Promise<string[]> {
    let document = base;
    const story = new Story(shape.prepared);
    for (const [at, step] of todo.entries()) {
      const before = document;
      const done = await this.#done(document, step, { at, shape, story });
      if (typeof done === 'string') return [`step ${at}: ${done}`];
      document = done;
      this.#table.pass(1);
      if (!equal(before, document.subarray(0, before.length))) return [`step ${at} wrote anew`];
      const pages = (await openToSign(document, nodeEngine)).pages().length;
      if (pages !== shape.pages) return [`step ${at}: ${pages} pages instead of ${shape.pages}`];
      const flaws = await this.#judged(document, story.standing);
      if (flaws.length > 0) return flaws.map((flaw) => `step ${at}: ${flaw}`);
    }
    return [];
  }

  /** The document after the step, or what went otherwise than it must. */
  async #done(
    document: Uint8Array,
    step: Step,
    { at, shape, story }: { at: number; shape: Shape; story: Story },
  ): Promise<Uint8Array | string> {
    if (step.do === 'raise') {
      return story.standing.length === 0 ? document : this.#table.raise(document, step.level);
    }
    const holder = this.#people[step.as % this.#people.length];
    if (holder === undefined) throw new TypeError('nobody');
    const fields = step.lock.filter((name) => shape.prepared.includes(name));
    const restrictions: Restrictions = {
      ...(step.certify === undefined ? {} : { certify: step.certify }),
      ...(fields.length === 0 ? {} : { lock: { action: 'Include', fields } }),
    };
    const filled = step.do === 'fill' ? story.open[step.at % story.open.length] : undefined;
    const place =
      filled === undefined
        ? newPlace(step, { at, pages: shape.pages })
        : ({ is: 'field', field: filled } as const);
    const isSeenAnew = filled === undefined && step.side > 0;
    const expected = story.refusalOf(place.field, restrictions, isSeenAnew);
    const made = await this.#table
      .signAt(document, holder, { place, restrictions })
      .catch((thrown: unknown) => faultCode(thrown) ?? String(thrown));
    if (typeof made === 'string') {
      return made === expected ? document : `${made} instead of ${expected ?? 'a signature'}`;
    }
    if (expected !== undefined) return `signed instead of ${expected}`;
    story.signed(place.field, restrictions);
    return made;
  }

  async #judged(bytes: Uint8Array, standing: readonly string[]): Promise<string[]> {
    if (standing.length === 0) return [];
    const { now } = this.#table;
    const trust = this.#table.trust();
    const order = { name: 'any.pdf', bytes, trust, at: now, profile: 'etsi' } as const;
    const report = await verify({ ...order, revocation: 'if-present' }, nodeEngine);
    const valid = report.signatures.filter(({ is }) => is === 'valid').map(({ field }) => field);
    const lost = standing.filter((field) => !valid.includes(field));
    const others = report.signatures.filter(({ is }) => is !== 'valid').map(({ field }) => field);
    return [...lost, ...others, ...report.flaws.map((flaw) => JSON.stringify(flaw))];
  }
}

function newPlace(
  step: { readonly at: number; readonly side: number },
  { at, pages }: { readonly at: number; readonly pages: number },
) {
  const left = 100 + 20 * at;
  return {
    is: 'new',
    field: `signer${at}`,
    page: 1 + (step.at % pages),
    rect: [left, 100, left + step.side, 100 + step.side],
  } as const;
}
