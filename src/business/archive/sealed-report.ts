/**
 * Prints the report on a package and has it sealed by ticket, like every document of the house.
 *
 * What the seal leaves in the log stands in a case of its own, for the case it speaks of is closed.
 */
import { toHex } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import { uuidv7 } from '#base/id';
import type { Random } from '#base/random';
import type { TenantId, Units } from '#base/unit';
import type { CaseMaterial } from '#business/judicial';
import type { SigningDesk } from '#business/lending';
import type { Engine } from '#formats/crypto';
import { isSeal, parseEntry } from '#formats/entry';
import type { RevisionShelf } from '#trust/signing';
import type { ReportDesk, ReportSubject } from './report-desk.ts';

/** How long a package waits for the witnesses to cosign what it holds. */
const proofMsMax = 20_000;
const proofPauseMs = 100;

export interface ReportSealParts {
  readonly units: Units;
  readonly clock: Clock;
  readonly random: Random;
  readonly engine: Engine;
  readonly shelf: RevisionShelf;
  readonly signing: SigningDesk;
  readonly report: ReportDesk;
}

/** `subject`: under whose key the report is kept. */
export async function sealedReport(
  order: {
    readonly tenant: TenantId;
    readonly subject: string;
    readonly about: ReportSubject;
    readonly material: CaseMaterial;
  },
  parts: ReportSealParts,
): Promise<Uint8Array> {
  const { units, shelf, report, signing, engine } = parts;
  const { tenant, subject } = order;
  const printed = await report.print(order.about, order.material);
  const document = { id: uuidv7(parts), kind: 'report', slots: printed.slots };
  const place = { document: document.id, subject };
  await units.run(tenant, (unit) => shelf.keep(unit, place, printed.pdf));
  const id = toHex(await engine.digest('sha256', printed.pdf));
  await signing.sealDocument({ tenant, caseId: `report-${id}`, document });
  return (await units.run(tenant, (unit) => shelf.read(unit, document.id))).bytes;
}

/** Asks again while the log has not reached the level; gives up with its own refusal. */
export async function onceProved<T>(
  action: () => Promise<T>,
  parts: { readonly clock: Clock; readonly pause: (ms: number) => Promise<void> },
): Promise<T> {
  const until = parts.clock.now() + proofMsMax;
  for (;;) {
    try {
      return await action();
    } catch (thrown) {
      const waits = thrown instanceof Fault && thrown.code === 'evidence.level_not_reached';
      if (!waits || parts.clock.now() > until) throw thrown;
      await parts.pause(proofPauseMs);
    }
  }
}

/** So often a case is sealed anew because an entry came between its seal and the reading of it. */
const sealRoundsMax = 8;

/**
 * Tries until what was read ends with the seal: entries that come of themselves, such as that a
 * document was raised, may fall between. judicial.material_missing where that never stops.
 */
export async function underOneSeal<T>(
  round: () => Promise<{ readonly material: CaseMaterial } & T>,
): Promise<{ readonly material: CaseMaterial } & T> {
  for (let rounds = 0; rounds < sealRoundsMax; rounds += 1) {
    const read = await round();
    const last = read.material.entries.at(-1);
    if (last !== undefined && isSeal(parseEntry(last.bytes).type)) return read;
  }
  throw new Fault('judicial.material_missing', { what: 'case.sealed' }, { retryable: true });
}
