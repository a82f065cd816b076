/**
 * The archive's desk for the HTTP door: timelines and evidence packages.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { PostgresEnvironments, PostgresPackages, PostgresRecordRows } from '#adapters/postgres';
import { CaseSlots, Dossiers, Packages, ReportDesk, Timeline, Traces } from '#business/archive';
import type { Archive, Lawful } from '#doors/http';
import { entryPhrases, flawPhrases, statePhrases } from '#doors/phrases';
import { isEntryType } from '#formats/entry';
import { trustFiles } from '../estate/trust-folder.ts';
import { policyCase } from './adopt-policy.ts';
import type { Ground } from './ground.ts';
import { unitsUnder } from './lawful-units.ts';
import { type LendingRooms, openLendingRooms } from './lending.ts';
import type { LogRooms } from './log.ts';

/** What is simulated here, as a report names it. */
export const simulatorNames = ['短信服务', '四要素核验', '征信查询', '核心银行系统'];

/** Opens restricted persons for whom the law lets read on, by rooms of their own (PIPL 47). */
export async function openArchive(
  ground: Ground,
  rooms: LendingRooms,
  log: LogRooms,
): Promise<Archive> {
  const under = async (purpose: Lawful) => {
    const opened = { ...ground, units: unitsUnder(ground, purpose) };
    const lending = await openLendingRooms(opened, rooms);
    return { ...readersOf(opened, lending, log), signing: lending.signing };
  };
  const ordinary = readersOf(ground, rooms, log);
  const lawfully = { subject: await under('subject'), legal: await under('legal') };
  const readers = (lawful: Lawful | undefined) => (lawful ? lawfully[lawful] : ordinary);
  return {
    async timeline({ tenant, caseId, lawful }) {
      const entries = await readers(lawful).timeline.read(tenant, caseId);
      return { case: caseId, entries: entries.map((entry) => ({ ...entry })) };
    },
    async build({ tenant, caseId, lawful }) {
      const { id, sha256, bytes } = await readers(lawful).packages.build(tenant, caseId);
      return { package: id, sha256, bytes };
    },
    async close({ tenant, caseId, lawful }) {
      const { seq, hash } = await readers(lawful).packages.close(tenant, caseId);
      return { seq, hash };
    },
    trace: ({ tenant, caseIds, lawful }) => readers(lawful).traces.read(tenant, caseIds),
    dossier: ({ tenant, caseId, lawful }) => readers(lawful).dossiers.read(tenant, caseId),
    addSlot: (order) => ordinary.slots.add(order),
    explain: (order) => ordinary.slots.explain(order),
    caseOfReference: (tenant, reference) =>
      ground.units.run(tenant, (unit) => new PostgresRecordRows().caseOf(unit, reference)),
    caseOf: (tenant, id) => ordinary.packages.caseOf(tenant, id),
    read: ({ tenant, package: id, lawful }) => readers(lawful).packages.read(tenant, id),
    revision: (tenant, wanted) => lawfully.subject.signing.revision(tenant, wanted),
  };
}

function readersOf(ground: Ground, rooms: LendingRooms, log: LogRooms) {
  const { settings } = ground;
  const timeline = new Timeline(ground);
  const reading = { ...ground, file: rooms.file, contracts: rooms.loan.contracts };
  const slots = new CaseSlots(reading);
  const environments = new PostgresEnvironments();
  const traces = new Traces({ ...reading, environments });
  const dossiers = new Dossiers(reading);
  const packages = new Packages({
    ...ground,
    store: new PostgresPackages({ objects: ground.objects }),
    meter: {
      requireRoom: (unit) => ground.metering.requireRoom(unit, 'packages'),
      count: (unit) => ground.metering.count(unit, 'packages', 1),
    },
    cipher: ground.vault,
    environments,
    slots,
    papers: log.papers,
    file: rooms.file,
    contracts: rooms.loan.contracts,
    signing: rooms.signing,
    report: new ReportDesk({
      ...ground,
      press: rooms.press,
      file: rooms.file,
      words: {
        flaw: (code) => flawPhrases[code].zh,
        entry: (type) => (isEntryType(type) ? entryPhrases[type].zh : type),
        state: (state) => statePhrases[state].zh,
      },
      trust: () => trustFiles(settings.trust),
      simulators: settings.mode === 'demo' ? simulatorNames : [],
    }),
    policy: () => policyCase(ground),
    authority: async () => ({
      certificate: (await ground.centre.root()).der,
      revocationLists: [(await ground.centre.crl()).der],
    }),
    pause: (ms) => sleep(ms),
  });
  return { timeline, packages, slots, traces, dossiers };
}
