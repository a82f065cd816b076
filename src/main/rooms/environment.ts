/**
 * The record of what program runs where: its digest stands in every entry this process makes.
 *
 * 在线诉讼规则 17(3), 17(4): a court may ask in what environment a record was made. The record holds
 * no personal value; a random member keeps its digest from being guessed.
 */
import inspector from 'node:inspector';
import { arch, hostname, platform, release } from 'node:os';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import type { PostgresEnvironments } from '#adapters/postgres';
import { toBase64, toBase64Url, toHex, utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { formatInstant, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { TenantId, Unit } from '#base/unit';
import type { EntryStore } from '#trust/evidence';
import type { ProcessSettings } from '../../config.ts';

const environmentFolder = 'environments';

/** The record of this start, and its digest as entries name it (base64 SHA-256). */
export interface EnvironmentRecord {
  readonly sha256: string;
  readonly bytes: Uint8Array;
}

/** Keeps the record of this start for ever in the process's folder. */
export async function environmentRecord(settings: ProcessSettings): Promise<EnvironmentRecord> {
  const bytes = utf8(
    canonical({
      v: 2,
      process: settings.name,
      mode: settings.mode,
      host: hostname(),
      system: `${platform()} ${release()} ${arch()}`,
      versions: { node: process.version, openssl: process.versions.openssl },
      clock: {
        source: systemClock.source,
        // How far the wall clock is from the steady one since this process began: a clock that
        // was set while it ran is seen here, an outside time is not claimed.
        // Canonical JSON knows no negative zero, which is what rounding makes of a hair's breadth.
        offsetMs: Math.round(systemClock.now() - (performance.timeOrigin + performance.now())) || 0,
      },
      cleanliness: cleanliness(),
      startedAt: formatInstant(systemClock.now()),
      salt: toBase64Url(systemRandom.bytes(16)),
    }),
  );
  const digest = await nodeEngine.digest('sha256', bytes);
  const kept = new FolderObjects(join(settings.folder, environmentFolder));
  await kept.putOnce(`${toHex(digest)}.json`, bytes);
  return { sha256: toBase64(digest), bytes };
}

/** 清洁性: nothing hangs on this program that could change what it does without a trace. */
function cleanliness() {
  const flags = process.execArgv.filter((flag) => /inspect|require|import|loader/.test(flag));
  return {
    debugger: inspector.url() !== undefined,
    preloaded: flags.length > 0,
    superuser: process.getuid?.() === 0,
  };
}

/** Every entry's environment record is kept with the first entry that names it. */
export function withEnvironment(
  store: EntryStore,
  kept: { readonly record: EnvironmentRecord; readonly shelf: PostgresEnvironments },
): EntryStore {
  const there = new Set<TenantId>();
  const mine = new WeakSet<Unit>();
  return {
    lockChains: (unit, cases) => store.lockChains(unit, cases),
    async append(unit, entries) {
      const { record, shelf } = kept;
      if (!there.has(unit.tenant)) {
        const before = await shelf.keep(unit, record.sha256, record.bytes);
        // What this very unit wrote may still vanish with it.
        if (before && !mine.has(unit)) there.add(unit.tenant);
        else mine.add(unit);
      }
      await store.append(unit, entries);
    },
    ofCase: (unit, caseId) => store.ofCase(unit, caseId),
    byHash: (unit, hash) => store.byHash(unit, hash),
    newestCheckpoint: (unit, level, place) => store.newestCheckpoint(unit, level, place),
    shards: (unit) => store.shards(unit),
  };
}
