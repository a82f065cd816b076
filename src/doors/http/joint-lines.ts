/**
 * Where requests of one moment meet that share a unit: one line for each route and tenant.
 *
 * What a member is answered and the journal's line about it are written in the same unit as what
 * it did: nobody hears of what nobody can see later (law 5). A member that is refused is told so
 * and journalled by itself, by whoever brought it.
 */
import { type TenantId, Together, type Unit } from '#base/unit';
import type { AccessEvent, AccessJournal } from '#business/access';
import type { Answer, Answers, Question } from './answers.ts';
import type { KeptAnswer } from './route.ts';
import type { Declared, JointDeed, JointOrder } from './route-book.ts';

/** Of one unit, as the route weighs it. */
const weightMax = 500;
/** While one unit commits, so much more may be worked on beside it. */
const besideWeight = 200;

/** A request on its way into a shared unit. */
export interface JointMember {
  readonly question: Question;
  readonly order: JointOrder;
  /** What came of the act, as it is sent and kept. */
  readonly told: (kept: KeptAnswer<unknown>) => Answer;
  /** The journal's line once it is answered. */
  readonly eventOf: (answer: Answer) => AccessEvent | undefined;
}

export interface JointParts {
  readonly answers: Answers;
  readonly journal: Pick<AccessJournal, 'writeAll'>;
  /** How long the first of a group waits for others. */
  readonly gather?: () => Promise<void>;
}

type Line = Together<JointMember, Answer>;

export class JointLines {
  readonly #parts: JointParts;
  readonly #lines = new Map<Declared, Map<TenantId, Line>>();

  constructor(parts: JointParts) {
    this.#parts = parts;
  }

  /** The answer, once it and its journal line are durable. */
  ask(
    at: { readonly route: Declared; readonly tenant: TenantId },
    deed: JointDeed,
    member: JointMember,
  ): Promise<Answer> {
    const lines = this.#lines.get(at.route) ?? new Map<TenantId, Line>();
    this.#lines.set(at.route, lines);
    const line = lines.get(at.tenant) ?? this.#open(at.tenant, deed);
    lines.set(at.tenant, line);
    return line.ask(member);
  }

  #open(tenant: TenantId, deed: JointDeed): Line {
    const { gather } = this.#parts;
    return new Together<JointMember, Answer>({
      answer: (members) => this.#together(tenant, deed, members),
      alone: (member) => this.#alone(deed, member),
      weightOf: ({ order }) => order.weight,
      weightMax,
      besideWeight,
      ...(gather === undefined ? {} : { gather }),
    });
  }

  #together(tenant: TenantId, deed: JointDeed, members: readonly JointMember[]) {
    const { answers, journal } = this.#parts;
    return answers.joint(tenant, members, {
      async commit(unit, fresh) {
        const orders = fresh.map(({ order }) => order);
        const outcomes = await deed.together(unit, orders);
        return fresh.map(({ told }, at) => {
          const outcome = outcomes[at];
          if (outcome?.is === 'ok') return { is: 'ok', value: told(outcome.value) };
          return outcome ?? { is: 'alone' };
        });
      },
      note: (unit, answered) =>
        journal.writeAll(
          unit,
          answered.flatMap(({ member, answer }) => member.eventOf(answer) ?? []),
        ),
    });
  }

  #alone(deed: JointDeed, { question, order, told, eventOf }: JointMember): Promise<Answer> {
    const { answers, journal } = this.#parts;
    const effect = async () => {
      const commit = deed.alone(order);
      return async (unit: Unit) => told(await commit(unit));
    };
    return answers.once(question, effect, (unit, answer) =>
      journal.writeAll(unit, [eventOf(answer) ?? []].flat()),
    );
  }
}
