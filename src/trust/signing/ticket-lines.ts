/**
 * The queue of tickets: what waits at one moment is prepared, and sealed, together (decision 0062).
 *
 * Who comes while a group is being answered waits for the next one. Each member hears its own
 * outcome; a group that fails as a whole is asked again member by member, so that nobody pays for a
 * neighbour. Tenants have lines of their own: two are never in one unit.
 */
import { assert, Fault } from '#base/fault';
import { type Outcome, type TenantId, Together, type Unit, type Units } from '#base/unit';
import { letGo } from './drafting.ts';
import type { Beside, PreparedTicket, Redemption, SealedTicket, SealOrder } from './orders.ts';
import type { Preparing } from './preparing.ts';
import type { Sealing, StampedSignature } from './sealing.ts';

const groupTicketsMax = 64;
/** A second group sets off beside a running one, which may be waiting for a stamp. */
const besideTickets = 16;

interface Ask<Wish, Made> {
  readonly wish: Wish;
  readonly beside: Beside<Made> | undefined;
}

type PrepareAsk = Ask<SealOrder, PreparedTicket>;
type SealAsk = Ask<StampedSignature, SealedTicket>;

interface TicketLineParts {
  readonly units: Units;
  readonly preparing: Preparing;
  readonly sealing: Sealing;
}

export class TicketLines {
  readonly #parts: TicketLineParts;
  readonly #prepares = new Map<TenantId, Together<PrepareAsk, PreparedTicket>>();
  readonly #seals = new Map<TenantId, Together<SealAsk, SealedTicket>>();

  constructor(parts: TicketLineParts) {
    this.#parts = parts;
  }

  prepare(order: SealOrder, beside?: Beside<PreparedTicket>): Promise<PreparedTicket> {
    const { tenant } = order;
    const line = lineOf(this.#prepares, tenant, (asks) => this.#prepareAll(tenant, asks));
    return line.ask({ wish: order, beside });
  }

  async seal(order: Redemption, beside?: Beside<SealedTicket>): Promise<SealedTicket> {
    const { tenant } = order;
    const stamped = await this.#parts.sealing.stamped(order);
    if (stamped.is === 'sealed') {
      if (beside !== undefined) await this.#parts.units.run(tenant, beside.before);
      return { revision: stamped.revision, isNew: false };
    }
    const line = lineOf(this.#seals, tenant, (asks) => this.#sealAll(tenant, asks));
    const sealed = await line.ask({ wish: stamped, beside });
    // Durable: no neighbour's failure asks for it again, and its place is taken for all others.
    if (sealed.isNew) letGo(stamped.drafted);
    return sealed;
  }

  async #prepareAll(
    tenant: TenantId,
    asks: readonly PrepareAsk[],
  ): Promise<readonly Outcome<PreparedTicket>[]> {
    const { units, preparing } = this.#parts;
    const { outcomes, probe } = await preparing.draw(
      tenant,
      asks.map(({ wish }) => wish),
    );
    if (outcomes.every(({ is }) => is !== 'ok')) return outcomes.map(notMade);
    const members = outcomes.map((drawn, at) => ({ drawn, beside: asks[at]?.beside }));
    return units.run(tenant, (unit) =>
      acted(unit, members, (drawn) => preparing.intend(unit, drawn, probe)),
    );
  }

  #sealAll(tenant: TenantId, asks: readonly SealAsk[]): Promise<readonly Outcome<SealedTicket>[]> {
    const { units, sealing } = this.#parts;
    const members = asks.map(({ wish, beside }) => ({ drawn: ok(wish), beside }));
    return units.run(tenant, (unit) =>
      acted(unit, members, (stamped) => sealing.finish(unit, stamped)),
    );
  }
}

/** A unit for nobody is not begun. */
function notMade(outcome: Outcome<unknown>): Outcome<never> {
  return outcome.is === 'ok' ? { is: 'alone' } : outcome;
}

/** One who has come so far, or not, and what is done beside. */
interface Member<Drawn, Made> {
  readonly drawn: Outcome<Drawn>;
  readonly beside: Beside<Made> | undefined;
}

/**
 * What callers lock first, then the act for all who were let pass, then what they write. A caller
 * whose last step fails fails the unit, and each is asked alone.
 */
async function acted<Drawn, Made>(
  unit: Unit,
  members: readonly Member<Drawn, Made>[],
  act: (drawn: readonly Drawn[]) => Promise<readonly Outcome<Made>[]>,
): Promise<readonly Outcome<Made>[]> {
  const refusals = await refusedBefore(unit, members);
  const wishes: Drawn[] = [];
  for (const member of members) {
    if (member.drawn.is === 'ok' && !refusals.has(member)) wishes.push(member.drawn.value);
  }
  const made = (await act(wishes)).values();
  const outcomes: Outcome<Made>[] = [];
  for (const member of members) {
    const because = refusals.get(member);
    if (because !== undefined) outcomes.push({ is: 'refused', because });
    else if (member.drawn.is !== 'ok') outcomes.push(member.drawn);
    else outcomes.push(made.next().value ?? { is: 'alone' });
  }
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.is === 'ok') await members[at]?.beside?.after?.(unit, outcome.value);
  }
  return outcomes;
}

async function refusedBefore<Drawn, Made>(
  unit: Unit,
  members: readonly Member<Drawn, Made>[],
): Promise<ReadonlyMap<Member<Drawn, Made>, Fault>> {
  const refusals = new Map<Member<Drawn, Made>, Fault>();
  const nameOf = ({ beside }: Member<Drawn, Made>): string => beside?.locks ?? '';
  const inOrder = members.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  for (const member of inOrder) {
    if (member.drawn.is !== 'ok') continue;
    try {
      await member.beside?.before(unit);
    } catch (thrown) {
      // What the database refuses has ended the unit; what a room refuses concerns one caller.
      if (!(thrown instanceof Fault)) throw thrown;
      refusals.set(member, thrown);
    }
  }
  return refusals;
}

function lineOf<A, Answer>(
  lines: Map<TenantId, Together<A, Answer>>,
  tenant: TenantId,
  answer: (asks: readonly A[]) => Promise<readonly Outcome<Answer>[]>,
): Together<A, Answer> {
  const line =
    lines.get(tenant) ??
    new Together<A, Answer>({
      answer,
      alone: async (ask) => theOnly(await answer([ask])),
      weightMax: groupTicketsMax,
      besideWeight: besideTickets,
    });
  lines.set(tenant, line);
  return line;
}

/** The outcome of who was asked alone. */
export function theOnly<T>(outcomes: readonly Outcome<T>[]): T {
  const [outcome] = outcomes;
  if (outcome?.is === 'ok') return outcome.value;
  assert(outcome?.is === 'refused', 'who is asked alone is answered or refused');
  throw outcome.because;
}

function ok<T>(value: T): Outcome<T> {
  return { is: 'ok', value };
}
