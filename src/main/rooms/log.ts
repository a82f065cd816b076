/**
 * Puts together for one process what the log is told by: receipts, trusted time over its heads, its
 * twin, anchors, and the papers of all that in packages.
 */
import { nodeEngine } from '#adapters/engine';
import { logStores, PostgresShards } from '#adapters/postgres';
import { FileTiles, FolderAnchors } from '#adapters/tiles';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Clock } from '#base/clock';
import type { TenantId, Unit } from '#base/unit';
import type { PackagePapers } from '#business/archive';
import { parseEntry } from '#formats/entry';
import { checkStampBy } from '#formats/ers';
import { parseAnchorFile } from '#formats/evm';
import { parseCheckpoint } from '#formats/tlog';
import type { LoggedRegister } from '#formats/witness';
import { levelNotReached, policyCaseId, shardHolding } from '#trust/evidence';
import {
  HeadStamps,
  LogPapers,
  ReceiptDesk,
  Receipts,
  type ReceiptsParts,
  type Stamper,
  TwinLinks,
} from '#trust/receipt';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { verify } from '#trust/verify';
import { RegisterDesk } from '#trust/witness';
import {
  anchorFolder,
  HeldTrust,
  logFolder,
  trustedStampers,
  twinFolder,
} from '../estate/trust-folder.ts';
import { shardKey } from '../estate/trusted-logs.ts';
import { registersOf } from './adopt-policy.ts';
import type { Ground } from './ground.ts';
import { installedRule, publishRegisters } from './log-rules.ts';
import { askPromise } from './log-wire.ts';
import { openNoteJudge } from './note-judge.ts';

/** The log's own rooms of one process. */
export type LogRooms = Awaited<ReturnType<typeof openLogRooms>>;

export async function openLogRooms(ground: Ground) {
  const { settings, units, entries, evidence, clock, engine } = ground;
  const { trust } = settings;
  const { stamps: store, twins, explorer } = logStores();
  const stampers = await trustedStampers(trust);
  const asked = new TimestampClient({
    ...ground,
    line: ground.centre,
    authorities: stampers,
    reread: () => trustedStampers(trust),
    policy: testStampPolicy,
  });
  const stamper: Stamper = { stamp: (imprint) => asked.stampImprint(imprint) };
  const headStamps = new HeadStamps({ units, entries, store, stamper, engine, clock });
  const links = new TwinLinks({ units, twins, evidence, entries, clock });
  const anchors = new FolderAnchors((tenant, shard) => anchorFolder(trust, tenant, shard));
  const judge = openNoteJudge(trust);
  const receipts = new Receipts({
    entries,
    stamps: store,
    judge,
    checkStamp: checkStampBy(stampers, engine),
    // Nothing has fallen yet; a house of later years says here what has, and since when.
    fallenSince: () => undefined,
    ...(await anchoredBy({ trust, clock }, anchors)),
    engine,
    clock,
  });
  const papers = new LogPapers({
    entries,
    blocks: explorer,
    twins,
    stamps: store,
    anchors,
    registers: { adopted: (unit) => adoptedRegisters(ground, unit) },
    tilesOf: (tenant, shard) => new FileTiles(logFolder(trust, tenant, shard)),
    twinTilesOf: (tenant, shard) => new FileTiles(twinFolder(trust, tenant, shard)),
    engine: nodeEngine,
  });
  const desk = new ReceiptDesk({
    ...ground,
    receipts,
    stamps: store,
    promise: (tenant, hash) => askPromise(settings.sockets['sequencer'] ?? '', { tenant, hash }),
    tilesOf: (tenant, shard) => new FileTiles(logFolder(trust, tenant, shard)),
  });
  return {
    headStamps,
    links,
    receipts: desk,
    papers: packagePapers(ground, { headStamps, links, papers }),
  };
}

/** Judged as anybody's anchor is; a house whose trust names no contract claims no L3. */
async function anchoredBy(
  { trust, clock }: { readonly trust: string; readonly clock: Clock },
  anchors: FolderAnchors,
): Promise<Pick<ReceiptsParts, 'anchored'>> {
  const held = new HeldTrust(trust, clock);
  if (!(await held.files()).has('anchor.json')) return {};
  return {
    async anchored(unit, place) {
      const shard = shardHolding(await new PostgresShards().of(unit), place);
      const bytes = await anchors.covering(unit.tenant, place - shard.base, shard);
      if (bytes === undefined) return undefined;
      const file = { name: 'head.anchor', bytes, trust: await held.files() };
      const { is, kind } = await verify(file, nodeEngine);
      if (is !== 'valid' || kind !== 'anchor') return undefined;
      const { origin } = parseCheckpoint(parseAnchorFile(bytes).checkpoint);
      const key = await shardKey(trust, { tenant: unit.tenant, origin }, nodeEngine);
      const isOwn = key !== undefined && (shard.origin === '' || shard.origin === origin);
      return isOwn ? bytes : undefined;
    },
  };
}

/** Those that were installed, then those that were voted here. */
async function adoptedRegisters(ground: Ground, unit: Unit) {
  const texts = await logStores().registers.all(unit);
  const voted = texts.flatMap(({ note }) => (note === undefined ? [] : [utf8(note)]));
  const notes = [...(await registersOf(ground)), ...voted];
  return Promise.all(
    notes.map(async (note) => ({ note, caseId: await policyCaseId(note, ground.engine) })),
  );
}

/** Writes what was adopted and has its place in the log to where every process reads it. */
export async function settleRegisters(ground: Ground, tenant: TenantId): Promise<void> {
  const desk = openRegisterDesk(ground);
  const bound = await ground.units.run(tenant, async (unit) => {
    const placed: Uint8Array[] = [];
    for (const note of (await desk.adopted(unit)).map(utf8)) {
      const [entry] = await ground.entries.ofCase(unit, await policyCaseId(note, ground.engine));
      // The next one follows this one: without a place of its own nothing behind it binds.
      if (entry?.index === undefined) break;
      placed.push(note);
    }
    return placed;
  });
  await publishRegisters(ground.settings.trust, tenant, bound);
}

/** Votes on the register of a log (S2-86). */
export function openRegisterDesk(ground: Ground): RegisterDesk {
  const { evidence, entries, engine, clock } = ground;
  return new RegisterDesk({
    store: logStores().registers,
    evidence,
    async installed(unit) {
      const logged: LoggedRegister[] = [];
      for (const note of await registersOf(ground)) {
        const [entry] = await entries.ofCase(unit, await policyCaseId(note, engine));
        if (entry === undefined) continue;
        const loggedAtSeconds = Math.floor(parseEntry(entry.bytes).at / 1_000);
        logged.push({ note: fromUtf8(note), loggedAtSeconds });
      }
      return logged;
    },
    rule: () => installedRule(ground.settings.trust),
    digest: async (text) => toHex(await engine.digest('sha256', utf8(text))),
    engine,
    clock,
  });
}

function packagePapers(
  { units, entries }: Ground,
  rooms: { headStamps: HeadStamps; links: TwinLinks; papers: LogPapers },
): PackagePapers {
  return {
    async settle(tenant: TenantId, caseId: string) {
      await rooms.links.settle(tenant);
      const held = await units.run(tenant, (unit) => entries.ofCase(unit, caseId));
      const places = held.map(({ index }) => index ?? Number.POSITIVE_INFINITY);
      if (places.includes(Number.POSITIVE_INFINITY)) throw levelNotReached('L2');
      const shards = await units.run(tenant, (unit) => entries.shards(unit));
      // Of each shard the last place: no later head holds what stands in it.
      const last = Map.groupBy(places, (place) => shardHolding(shards, place).base);
      for (const own of last.values()) await rooms.headStamps.cover(tenant, Math.max(...own));
    },
    of: (unit, filed) => rooms.papers.of(unit, filed),
  };
}
