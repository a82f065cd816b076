/**
 * The book of seals: each step and each use stands in the log before anything follows from it.
 *
 * A seal that came with the house, under the standing paper of its institution, is in the book from
 * the first step that anybody takes with it; until then the paper alone governs it.
 */
import { utf8 } from '#base/bytes';
import { type Clock, formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import { type Appearance, type SealFigure, svgOf } from '#formats/pdf';
import type { Evidence } from '#trust/evidence';
import {
  requireReason,
  requireUsable,
  type Seal,
  type SealMade,
  type SealOrder,
  sealFor,
  stepped,
} from './seal.ts';

const usesMax = 200;
const idPattern = /^[a-z][a-z0-9-]{1,39}$/;

/** What a seal was put on. `entry` is the hash of seal.intended, which each use has one of. */
export interface SealUse {
  readonly seal: string;
  readonly kind: string;
  readonly entry: string;
  readonly at: Instant;
}

/** The rows of seals and their uses; each call belongs to the unit's tenant. */
export interface SealRows {
  put(unit: Unit, seal: Seal): Promise<void>;
  /** Locks the row until the unit ends, so that who suspends waits for a use and no use for him. */
  seal(unit: Unit, id: string): Promise<Seal | undefined>;
  seals(unit: Unit): Promise<readonly Seal[]>;
  /** The same entry again changes nothing. */
  addUse(unit: Unit, use: SealUse): Promise<void>;
  /** The newest first. */
  uses(unit: Unit, seal: string, countMax: number): Promise<readonly SealUse[]>;
}

/** What the book of seals leans on. */
export interface SealBookParts {
  readonly clock: Clock;
  readonly rows: SealRows;
  readonly register: Pick<Evidence, 'note'>;
  /** Refuses with `pdf.*` and `catalog.*` what cannot be drawn. */
  readonly draw: (figure: SealFigure) => Appearance;
  /** The seal that came with the house. */
  readonly installed: (unit: Unit) => Promise<Seal>;
}

/** Every seal of an institution, what was done to each and what each was put on. */
export class SealBook {
  readonly #parts: SealBookParts;

  constructor(parts: SealBookParts) {
    this.#parts = parts;
  }

  /** Refuses with seal.taken a name that is in the book, and as `draw` what nobody can make. */
  apply(order: { id: string; figure: SealFigure; by: string; why: string }): Commit<Seal> {
    const { id, figure, by, why } = order;
    requireReason(why);
    if (!idPattern.test(id)) throw new Fault('seal.malformed', { name: 'id' });
    const { clock, draw } = this.#parts;
    const picture = svgOf(draw(figure));
    return async (unit) => {
      if ((await this.#known(unit, id)) !== undefined) throw new Fault('seal.taken', { seal: id });
      const steps = [{ act: 'apply', at: clock.now(), by, why }] as const;
      const base = { id, figure, documents: [], until: undefined } as const;
      return this.#keep(unit, { ...base, standing: 'applied', steps }, picture);
    };
  }

  /** Refuses as `stepped` does, and with seal.unknown. */
  step(id: string, order: SealOrder): Commit<Seal> {
    return async (unit) => {
      const known = await this.seal(unit, id);
      const { clock, draw } = this.#parts;
      const next = stepped(known, order, clock.now());
      return this.#keep(unit, next, order.act === 'make' ? svgOf(draw(next.figure)) : undefined);
    };
  }

  /** In the unit that asks for the key, before it: a use that is not in the book is none. */
  async use(unit: Unit, use: Omit<SealUse, 'at'>): Promise<void> {
    const { clock, rows } = this.#parts;
    const known = await this.seal(unit, use.seal);
    requireUsable(known, use.kind, clock.now());
    await rows.addUse(unit, { ...use, at: clock.now() });
  }

  /** Locked until the unit ends; refuses with seal.unknown. */
  async seal(unit: Unit, id: string): Promise<Seal> {
    const known = await this.#known(unit, id);
    if (known === undefined) throw new Fault('seal.unknown', { seal: id });
    return known;
  }

  /** Which seal is put on documents of this kind; refuses with seal.not_authorised. */
  async chosen(unit: Unit, kind: string): Promise<Seal> {
    const seal = sealFor(await this.list(unit), kind, this.#parts.clock.now());
    if (seal === undefined) throw new Fault('seal.not_authorised', { kind });
    return seal;
  }

  async list(unit: Unit): Promise<readonly Seal[]> {
    const { rows, installed } = this.#parts;
    const [kept, own] = [await rows.seals(unit), await installed(unit)];
    return kept.some(({ id }) => id === own.id) ? kept : [own, ...kept];
  }

  /** What it was put on, the newest first. */
  async uses(unit: Unit, id: string): Promise<readonly SealUse[]> {
    await this.seal(unit, id);
    return this.#parts.rows.uses(unit, id, usesMax);
  }

  /** What it looks like, as SVG. */
  picture({ figure }: Seal): string {
    return svgOf(this.#parts.draw(figure));
  }

  async #known(unit: Unit, id: string): Promise<Seal | undefined> {
    const kept = await this.#parts.rows.seal(unit, id);
    if (kept !== undefined) return kept;
    const own = await this.#parts.installed(unit);
    return own.id === id ? own : undefined;
  }

  async #keep(unit: Unit, seal: Seal, picture: string | undefined): Promise<Seal> {
    const { rows, register } = this.#parts;
    const last = seal.steps.at(-1);
    if (last === undefined) throw new Fault('seal.malformed', { name: 'steps' });
    await rows.put(unit, seal);
    await register.note(unit, {
      type: 'seal.managed',
      disclosures: [
        { name: 'seal', value: seal.id },
        { name: 'act', value: last.act },
        { name: 'standing', value: seal.standing },
        { name: 'documents', value: [...seal.documents] },
        { name: 'until', value: seal.until === undefined ? null : formatInstant(seal.until) },
        { name: 'by', value: last.by },
        { name: 'why', value: last.why },
        ...(last.made === undefined ? [] : madeIn(last.made)),
      ],
      of: picture === undefined ? [] : [{ name: 'picture', bytes: utf8(picture) }],
    });
    return seal;
  }
}

/** The log says which certificate was made, so that another one under this seal's name is seen. */
function madeIn({ certificateSha256, documents, until }: SealMade) {
  return [
    { name: 'certificate', value: certificateSha256 },
    { name: 'paperDocuments', value: [...documents] },
    { name: 'paperUntil', value: formatInstant(until) },
  ];
}
