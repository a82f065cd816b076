/**
 * What a deposit must hold, as a file of its package, and the definitions it rests on.
 *
 * Its digest stands in entry 0 in the open. The words of a scenario were approved and name nobody;
 * slots that a system asks for itself may, so such a list carries chance: nobody who guesses a name
 * can try the guess against the log (law 7).
 */
import { toBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { chinaDate, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Unit } from '#base/unit';
import { saltBytes } from '#formats/disclosure';
import type { EntryDraft } from '#trust/evidence';
import type { Definitions } from './definitions.ts';
import { readScenarioSlots, type ScenarioSlot, slotLine } from './scenario.ts';

const ownTitle = '存证案卷';

/** A deposit as it is asked for: by a scenario, or by slots of its own. */
export interface DepositOrder {
  readonly own: string;
  readonly title: string;
  readonly scenario?: string | undefined;
  readonly slots?: Json | undefined;
}

/** The list and the definition it follows from, where there is one. */
export interface RequiredList {
  readonly bytes: Uint8Array;
  readonly definitions: EntryDraft['of'];
}

/** `salt`: the one of the list that stands already, when an order comes again. */
export async function requiredList(
  unit: Unit,
  asked: {
    readonly order: DepositOrder;
    readonly openedAt: Instant;
    readonly salt?: string | undefined;
  },
  parts: { readonly definitions: Definitions; readonly random: Random },
): Promise<RequiredList> {
  const { order, openedAt } = asked;
  const { definitions, random } = parts;
  const named =
    order.scenario === undefined ? undefined : await definitions.scenario(unit, order.scenario);
  const slots = named?.definition.slots ?? readScenarioSlots(order.slots, 'slots');
  for (const slot of slots) await requireSchema(unit, slot, definitions);
  const bytes = canonicalBytes({
    v: 1,
    id: named === undefined ? 'deposit' : `deposit/${named.definition.id}`,
    version: String(named?.version ?? 1),
    title: named?.definition.title ?? ownTitle,
    from: chinaDate(openedAt),
    to: null,
    basis: [],
    entries: [{ type: 'deposit.opened', min: 1, title: '存证案卷开立' }, ...slots.map(slotLine)],
    documents: [],
    ...(named === undefined ? { salt: asked.salt ?? toBase64Url(random.bytes(saltBytes)) } : {}),
  });
  if (named === undefined) return { bytes, definitions: [] };
  const { id, bytes: scenario } = named.definition;
  return { bytes, definitions: [{ name: `scenario/${id}@${named.version}`, bytes: scenario }] };
}

/** The schema of a node is approved and has every field that the node is to extract (S2-18). */
async function requireSchema(
  unit: Unit,
  { slot, schema, fields }: ScenarioSlot,
  definitions: Definitions,
): Promise<void> {
  if (schema === undefined) return;
  const { definition } = await definitions.schema(unit, schema);
  const over = fields.find((name) => definition.fields.every((one) => one.name !== name));
  if (over !== undefined) {
    throw new Fault('deposit.definition_malformed', { at: `${slot}.fields.${over.slice(0, 40)}` });
  }
}
