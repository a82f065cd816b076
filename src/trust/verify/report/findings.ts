/**
 * Collects what the steps of a judgement find, and says what it adds up to.
 */
import { Fault } from '#base/fault';
import { type FlawCode, flawRules } from './flaws.ts';
import type { Etsi, Flaw, Is } from './report.ts';

/** A hostile file cannot make the report longer than a person reads. */
const flawsMax = 400;

const rank = new Map(Object.keys(flawRules).map((code, at) => [code, at]));

/** What is invalid comes before what is only open; within each the order of the table. */
function weigh({ code }: Flaw): number {
  return (flawRules[code].is === 'invalid' ? 0 : rank.size) + (rank.get(code) ?? 0);
}

/** The answer these flaws add up to: `invalid` if one is, the most telling code as its reason. */
export function verdictOf(flaws: readonly Flaw[]): {
  readonly is: Is;
  readonly because?: FlawCode;
  readonly etsi: Etsi;
} {
  const gravest = flaws.toSorted((a, b) => weigh(a) - weigh(b))[0];
  if (gravest === undefined) return { is: 'valid', etsi: { indication: 'TOTAL-PASSED' } };
  const { is, sub } = flawRules[gravest.code];
  const indication = is === 'invalid' ? 'TOTAL-FAILED' : 'INDETERMINATE';
  return { is, because: gravest.code, etsi: { indication, subIndication: sub } };
}

/** A step adds what it finds and never stops the others by throwing. */
export class Findings {
  readonly #flaws: Flaw[] = [];
  readonly #unstated = new Set<Flaw>();

  add(code: FlawCode, part: string, detail: string): void {
    const known = this.#flaws.some((flaw) => flaw.code === code && flaw.part === part);
    if (!known && this.#flaws.length < flawsMax) this.#flaws.push({ code, part, detail });
  }

  /** Adds what says only that no entry states something; one that was not read might. */
  addUnstated(code: FlawCode, part: string, detail: string): void {
    const before = this.#flaws.length;
    this.add(code, part, detail);
    for (const flaw of this.#flaws.slice(before)) this.#unstated.add(flaw);
  }

  get flaws(): readonly Flaw[] {
    return this.#flaws;
  }

  /** A record holds entries of a newer program: what none of the others states is open now. */
  openUnstated(): void {
    for (const [at, flaw] of this.#flaws.entries()) {
      if (!this.#unstated.has(flaw)) continue;
      const { code, part, detail } = flaw;
      this.#flaws[at] = { code: 'entry_version_unknown', part, detail: `${code}: ${detail}` };
    }
  }

  /** Puts what `by` makes of each flaw in its place; what is then said twice is said once. */
  replace(by: (flaw: Flaw) => Flaw): void {
    for (const { code, part, detail } of this.#flaws.splice(0).map(by))
      this.add(code, part, detail);
  }

  /** What `read` answers, or undefined after noting that it refused. Bugs still fly. */
  tried<T>(flaw: { readonly code: FlawCode; readonly part: string }, read: () => T): T | undefined {
    try {
      return read();
    } catch (thrown) {
      this.add(flaw.code, flaw.part, sayFault(thrown));
      return undefined;
    }
  }

  async triedLater<T>(
    flaw: { readonly code: FlawCode; readonly part: string },
    read: () => Promise<T>,
  ): Promise<T | undefined> {
    try {
      return await read();
    } catch (thrown) {
      this.add(flaw.code, flaw.part, sayFault(thrown));
      return undefined;
    }
  }
}

/** Names a refusal for the detail of a flaw. What is not a Fault is a bug of ours and flies on. */
function sayFault(thrown: unknown): string {
  if (!(thrown instanceof Fault)) throw thrown;
  const details = Object.entries(thrown.details).map(([name, value]) => `${name}=${String(value)}`);
  return [thrown.code, ...details].join(' ');
}
