/**
 * Puts together for one process what deposits need: evidence of systems without our contract rooms.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { runningDigests } from '#adapters/objects';
import {
  PostgresClients,
  PostgresDepositPackages,
  PostgresDeposits,
  PostgresEntries,
  PostgresEnvironments,
} from '#adapters/postgres';
import type { Json } from '#base/canonical';
import { messageKeyOf } from '#business/access';
import { DepositArchive, ReportDesk } from '#business/archive';
import { Closing, Definitions, DepositDesk, FileDesk, type SourceKeys } from '#business/deposit';
import { entryPhrases, flawPhrases, statePhrases } from '#doors/phrases';
import { isEntryType } from '#formats/entry';
import { Admission } from '#trust/evidence';
import { verify } from '#trust/verify';
import { policyCase } from './adopt-policy.ts';
import { simulatorNames } from './archive.ts';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending-rooms.ts';
import { gatewayKey, trustedCertificate, trustFiles } from './trust-folder.ts';

/** Everything behind /v1/deposits. */
export type DepositRooms = ReturnType<typeof openDepositRooms>;

export function openDepositRooms(ground: Ground, lending: LendingRooms) {
  const { settings, engine, clock, vault, objects } = ground;
  const store = new PostgresDeposits();
  const base = { ...ground, store, keys: sourceKeys(ground) };
  const definitions = new Definitions(base);
  const desk = new DepositDesk({ ...base, definitions });
  const files = new FileDesk({ ...base, desk, seal: vault, digests: runningDigests });
  const closing = new Closing({ ...base, desk });
  const trust = () => trustFiles(settings.trust);
  const archive = new DepositArchive({
    ...base,
    closing,
    files,
    cipher: vault,
    packages: new PostgresDepositPackages({ objects }),
    environments: new PostgresEnvironments(),
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
  return { store, definitions, desk, files, closing, archive };
}

/** Statements of third parties, under the keys of the trust folder. */
export function openAdmission(ground: Ground): Admission {
  const { settings } = ground;
  const rows = new PostgresEntries();
  return new Admission({
    ...ground,
    store: ground.entries,
    caseOfTag: (unit, tag) => rows.caseOfTag(unit, tag),
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

/** The keys that a client signs its requests with also sign its records. */
function sourceKeys({ vault, clock }: Ground): SourceKeys {
  const clients = new PostgresClients();
  return {
    async keyOf(unit, client, keyId) {
      const found = await clients.byKey(unit, keyId);
      if (found === undefined || found.client.id !== client || found.client.revoked)
        return undefined;
      return messageKeyOf(found.key, {
        now: clock.now(),
        open: (place, sealed) => vault.open(unit, place, sealed),
      });
    },
  };
}
