/**
 * Puts together for one process what deposits need: evidence of systems without our contract rooms.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createNodeEngine } from '#adapters/engine';
import { runningDigests } from '#adapters/objects';
import {
  PostgresClients,
  PostgresDefinitions,
  PostgresDepositPackages,
  PostgresDeposits,
  PostgresEntries,
  PostgresEnvironments,
  PostgresRecordRows,
} from '#adapters/postgres';
import type { Json } from '#base/canonical';
import type { Instant } from '#base/clock';
import type { Unit } from '#base/unit';
import { messageKeyOf } from '#business/access';
import { CaseSlots, DepositArchive, ReportDesk } from '#business/archive';
import {
  Closing,
  Definitions,
  DepositDesk,
  type DepositTerms,
  FileDesk,
  Keeping,
  RecordDesk,
  SlotDesk,
  type SourceKeys,
} from '#business/deposit';
import { ContractRights } from '#business/lending';
import { entryPhrases, flawPhrases, statePhrases } from '#doors/phrases';
import { isEntryType } from '#formats/entry';
import { Admission } from '#trust/evidence';
import { verify } from '#trust/verify';
import { gatewayKey, trustedCertificate, trustFiles } from '../estate/trust-folder.ts';
import { policyCase } from './adopt-policy.ts';
import { simulatorNames } from './archive.ts';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending.ts';
import type { LogRooms } from './log.ts';

/** Everything behind /v1/deposits. */
export type DepositRooms = ReturnType<typeof openDepositRooms>;

export function openDepositRooms(ground: Ground, lending: LendingRooms, log: LogRooms) {
  const { settings, engine, clock, vault, objects } = ground;
  const store = new PostgresDeposits();
  const definitionRows = new PostgresDefinitions();
  const definitions = new Definitions({ ...ground, store: definitionRows });
  const base = { ...ground, store, definitions, keys: sourceKeys(ground), seal: vault };
  const desk = new DepositDesk(base);
  // Hundreds of signatures come in one moment: they are checked beside the thread of all else.
  const records = new RecordDesk({ ...base, engine: createNodeEngine({ beside: true }), desk });
  const slots = new SlotDesk({ ...base, desk });
  const files = new FileDesk({ ...base, desk, digests: runningDigests });
  const closing = new Closing({ ...base, desk, termsAt: termsIn(lending.catalog) });
  const keeping = new Keeping({ ...base, end: vault });
  const trust = () => trustFiles(settings.trust);
  const archive = new DepositArchive({
    ...base,
    definitionRows,
    closing,
    files,
    cipher: vault,
    packages: new PostgresDepositPackages({ objects }),
    environments: new PostgresEnvironments(),
    papers: log.papers,
    signing: lending.signing,
    report: new ReportDesk({
      ...ground,
      press: lending.press,
      file: lending.file,
      trust,
      words: {
        flaw: (code) => flawPhrases[code].zh,
        entry: (type) => (isEntryType(type) ? entryPhrases[type].zh : type),
        state: (state) => statePhrases[state].zh,
      },
      simulators: settings.mode === 'demo' ? simulatorNames : [],
    }),
    policy: () => policyCase(ground),
    authority: async () => ({
      certificate: (await ground.centre.root()).der,
      revocationLists: [(await ground.centre.crl()).der],
    }),
    pause: (ms) => sleep(ms),
    lenderOf: async (tenant) => {
      const { name, code, address, phone, court } = await ground.recordOf(tenant);
      return { name, code, address, phone, court };
    },
    judge: async (file) => {
      const report = await verify({ ...file, trust: await trust(), at: clock.now() }, engine);
      return JSON.parse(JSON.stringify(report)) as { [name: string]: Json };
    },
  });
  return { store, definitions, desk, records, slots, files, closing, keeping, archive };
}

/** From the law's table: what was concluded, and what was applied for and refused. */
function termsIn(catalog: LendingRooms['catalog']): (at: Instant) => DepositTerms {
  return (at) => {
    const law = catalog.law('retention', at);
    return {
      concludedMonths: monthsOf(law.rule('transaction-record')),
      refusedMonths: monthsOf(law.rule('refused-application')),
    };
  };
}

function monthsOf({ value, unit }: { readonly value: string; readonly unit: string }): number {
  return Number(value) * (unit === 'years' ? 12 : 1);
}

/** Rights out of contracts, as the log registers them. */
export function assetsOf({ evidence }: Ground, { file }: LendingRooms) {
  const rows = new PostgresRecordRows();
  return { rows, rights: new ContractRights({ file, evidence, rows }) };
}

/** Statements of third parties, under the keys of the trust folder. */
export function openAdmission(ground: Ground, { file }: LendingRooms): Admission {
  const { settings } = ground;
  const rows = new PostgresEntries();
  const slots = new CaseSlots({ ...ground, file });
  return new Admission({
    ...ground,
    store: ground.entries,
    caseOfTag: (unit, tag) => rows.caseOfTag(unit, tag),
    slotsFor: (unit, caseId, kind) => slots.filledBy(unit, caseId, kind),
    async keyOf(by) {
      const files = await trustFiles(settings.trust);
      if (by === 'ca' || by === 'tsa') {
        const { publicKey } = await trustedCertificate(settings.trust, by);
        return { algorithm: 'ecdsa-sha256', publicKey };
      }
      if (!files.has(`gateways/${by}.pem`)) return undefined;
      return { algorithm: 'ed25519', publicKey: await gatewayKey(settings.trust, by) };
    },
  });
}

/**
 * The keys that a client signs its requests with also sign its records. Asked for once in a unit,
 * all that were named beforehand together: a batch of hundreds is signed with one key.
 */
function sourceKeys({ vault, clock }: Ground): SourceKeys {
  const clients = new PostgresClients();
  const named = new WeakMap<Unit, Set<string>>();
  const rows = new WeakMap<Unit, Map<string, ReturnType<PostgresClients['byKeys']>>>();
  const asked = new WeakMap<Unit, Map<string, ReturnType<SourceKeys['keyOf']>>>();
  const rowOf = async (unit: Unit, keyId: string) => {
    const held = rows.get(unit) ?? new Map<string, ReturnType<PostgresClients['byKeys']>>();
    rows.set(unit, held);
    const known = held.get(keyId);
    if (known !== undefined) return (await known).get(keyId);
    const wanted = [...new Set([keyId, ...(named.get(unit) ?? [])])].filter((id) => !held.has(id));
    const found = clients.byKeys(unit, wanted);
    for (const id of wanted) held.set(id, found);
    return (await found).get(keyId);
  };
  const read: SourceKeys['keyOf'] = async (unit, client, keyId) => {
    const found = await rowOf(unit, keyId);
    const isOwn = found !== undefined && found.client.id === client && !found.client.revoked;
    if (!isOwn) return undefined;
    return messageKeyOf(found.key, {
      now: clock.now(),
      open: (place, sealed) => vault.open(unit, place, sealed),
    });
  };
  return {
    ready(unit, keyIds) {
      named.set(unit, new Set([...(named.get(unit) ?? []), ...keyIds]));
    },
    keyOf(unit, client, keyId) {
      const held = asked.get(unit) ?? new Map<string, ReturnType<SourceKeys['keyOf']>>();
      asked.set(unit, held);
      const name = `${client} ${keyId}`;
      const key = held.get(name) ?? read(unit, client, keyId);
      held.set(name, key);
      return key;
    },
  };
}
