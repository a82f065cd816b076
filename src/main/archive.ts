/**
 * The archive's desk for the HTTP door: timelines and evidence packages.
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { PostgresPackages } from '#adapters/postgres';
import { Packages, ReportDesk, Timeline } from '#business/archive';
import type { Archive } from '#doors/http';
import { entryPhrases, flawPhrases, statePhrases } from '#doors/phrases';
import { isEntryType } from '#formats/entry';
import { policyCase } from './adopt-policy.ts';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending-rooms.ts';
import { trustFiles } from './trust-folder.ts';

/** What is simulated here, as a report names it. */
const simulatorNames = ['短信服务', '四要素核验', '征信查询', '核心银行系统'];

export function openArchive(ground: Ground, rooms: LendingRooms): Archive {
  const { settings } = ground;
  const timeline = new Timeline(ground);
  const packages = new Packages({
    ...ground,
    store: new PostgresPackages(),
    cipher: ground.vault,
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
  return {
    async timeline(tenant, caseId) {
      const entries = await timeline.read(tenant, caseId);
      return { case: caseId, entries: entries.map((entry) => ({ ...entry })) };
    },
    async build(tenant, caseId) {
      const { id, sha256, bytes } = await packages.build(tenant, caseId);
      return { package: id, sha256, bytes };
    },
    caseOf: (tenant, id) => packages.caseOf(tenant, id),
    read: (tenant, id) => packages.read(tenant, id),
  };
}
