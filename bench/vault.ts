/**
 * The vault under load: what an application costs, how fast a person is found among many, what
 * changing everybody's epoch takes and whether others feel it, and what row security costs.
 *
 * Cost is told in three phases, none of them thrown away: a process that has just begun, one whose
 * hot paths are being compiled (compiling runs on threads of this process and is counted), and the
 * steady state, which is the figure.
 *
 * Options: `--subjects N` (100 000), `--applications N` (300), `--lookups N` (2 000),
 * `--no-change` leaves the epoch change out, `--change-seconds N` ends it unfinished after so long.
 */
import { loadavg } from 'node:os';
import { sql } from 'kysely';
import { KeystoreClient } from '#adapters/keystores';
import { listen } from '#adapters/wire';
import { utf8 } from '#base/bytes';
import { type SuiteName, Vault, type WrapKeys } from '#business/vault';
import { keystoreHandler } from '#doors/wire';
import { cpuMsOf, msOf, rounded, type Summary, summaryOf } from './samples.ts';
import { bank, VaultHouse } from './vault-house.ts';
import { fill, personNumber } from './vault-people.ts';

const applicationFields = 30;
const coldCount = 50; // a process that has just begun
const warmUpCount = 1_500; // until the engine has compiled what is hot; neither is thrown away
const calibrationRounds = 3_000_000;
const pauseMs = 5;
const writeEvery = 10; // reads between two writes while the epoch changes
const vaultTables = ['vault_epoch', 'vault_subject', 'vault_value', 'vault_index'] as const;

type Say = (line: string) => void;

export async function run(args: readonly string[], say: Say) {
  const settings = {
    subjects: numberOf(args, '--subjects', 100_000),
    applications: numberOf(args, '--applications', 300),
    lookups: numberOf(args, '--lookups', 2_000),
    changeSeconds: numberOf(args, '--change-seconds', 86_400),
    applicationFields,
  };
  const house = await VaultHouse.open();
  try {
    const version = await sql<{ version: string }>`select version()`.execute(house.app.kysely);
    const postgres = version.rows[0]?.version;
    const fillMs = rounded(await fill(house, { from: 0, to: settings.subjects }, say));
    // After the fill, so that an application meets rows of surnames as long as they will be.
    const application = await applications(house, settings.applications, say);
    const lookup = await lookups(house, settings, say);
    const rowSecurity = await withoutRowSecurity(house, settings, lookup);
    const epochChange = args.includes('--no-change')
      ? undefined
      : await change(house, settings, say);
    return { postgres, settings, application, fillMs, lookup, rowSecurity, epochChange };
  } finally {
    await house.close();
  }
}

/**
 * Encrypting, filing and storing one application in a unit of its own. CPU is that of this whole
 * process: driver, vault and key store; the database's processes are not in it.
 */
async function applications(house: VaultHouse, count: number, say: Say) {
  const inProcess = await oneSetting(house, { count, keys: house.keys, suite: 'aes-256-gcm' });
  const domestic = await oneSetting(house, { count, keys: house.keys, suite: 'sm4-ctr-hmac-sm3' });
  const listening = await listen(
    house.socket(),
    keystoreHandler({
      wrapKeys: house.keys,
      isOrder: () => false,
      sealKeys: undefined as never,
      seals: undefined as never,
    }),
  );
  const client = new KeystoreClient(house.socket());
  const overSocket = await oneSetting(house, { count, keys: client, suite: 'aes-256-gcm' });
  await listening.close();
  const told = {
    keystoreInProcess: inProcess,
    domesticSuite: domestic,
    keystoreOverSocket: overSocket,
  };
  for (const [name, { cpuMs, cold, warmUp }] of Object.entries(told)) {
    say(`application, ${name}: ${cpuMs} CPU ms (cold ${cold.cpuMs}, warming up ${warmUp.cpuMs})`);
  }
  return told;
}

let applicationNumber = 90_000_000;

async function oneSetting(
  house: VaultHouse,
  setting: { readonly count: number; readonly keys: WrapKeys; readonly suite: SuiteName },
): Promise<Phase & { readonly cold: Phase; readonly warmUp: Phase }> {
  const vault = new Vault(house.parts(setting.keys, setting.suite));
  const store = () => {
    applicationNumber += 1;
    const { subject, ...values } = personNumber(applicationNumber);
    const more = Array.from({ length: applicationFields - 4 }, (_, at) => [
      `field${at}`,
      `a value of ordinary length, number ${at}`,
    ]);
    const all = [...Object.entries(values), ...more].map(([field, value]) => [
      field,
      utf8(value ?? ''),
    ]);
    return house.units.run(bank, (unit) => vault.putAll(unit, subject, Object.fromEntries(all)));
  };
  const cold = await phase(coldCount, store);
  const warmUp = await phase(warmUpCount, store);
  return { ...(await phase(setting.count, store)), cold, warmUp };
}

/** CPU of one application, and what the machine was doing to us meanwhile. */
interface Phase {
  readonly cpuMs: number;
  readonly wallMs: Summary;
  /** CPU of a fixed piece of arithmetic just before: it grows as neighbours slow the cores. */
  readonly calibrationCpuMs: number;
  readonly load: number;
}

async function phase(count: number, store: () => Promise<void>): Promise<Phase> {
  const samples: number[] = [];
  const calibrationCpuMs = rounded(await cpuMsOf(arithmetic));
  const cpuMs = await cpuMsOf(async () => {
    for (let at = 0; at < count; at += 1) samples.push(await msOf(store));
  });
  const [load] = loadavg();
  return {
    cpuMs: rounded(cpuMs / count),
    wallMs: summaryOf(samples),
    calibrationCpuMs,
    load: rounded(load ?? 0),
  };
}

async function arithmetic(): Promise<number> {
  let sum = 0;
  for (let at = 0; at < calibrationRounds; at += 1) sum = Math.imul(sum, 31) + at;
  return sum;
}

async function lookups(
  house: VaultHouse,
  { subjects, lookups: count }: { readonly subjects: number; readonly lookups: number },
  say: Say = () => undefined,
) {
  const vault = new Vault(house.parts());
  const find = async (idNumber: string, met: number): Promise<number> => {
    let found: readonly string[] = [];
    const ms = await msOf(async () => {
      found = await house.units.run(bank, (unit) => vault.find(unit, 'idNumber', idNumber));
    });
    if (found.length !== met) throw new Error(`found ${found.length} instead of ${met}`);
    return ms;
  };
  const exact: number[] = [];
  const absent: number[] = [];
  for (let at = 0; at < count; at += 1) {
    exact.push(await find(personNumber(scattered(at, subjects)).idNumber, 1));
    if (at % 4 === 0) absent.push(await find(`9902${String(at).padStart(14, '0')}`, 0));
  }
  const told = { exact: summaryOf(exact), absent: summaryOf(absent) };
  say(`exact look-up: p50 ${told.exact.p50} ms, p99 ${told.exact.p99} ms`);
  return told;
}

/** The same look-ups by the same role while the vault's tables have no row security at all. */
async function withoutRowSecurity(
  house: VaultHouse,
  settings: { readonly subjects: number; readonly lookups: number },
  on: { readonly exact: Summary },
) {
  const set = async (verb: 'disable' | 'enable'): Promise<void> => {
    for (const table of vaultTables) {
      await sql`alter table ${sql.table(table)} ${sql.raw(verb)} row level security`.execute(
        house.owner.kysely,
      );
    }
  };
  await set('disable');
  const off = await lookups(house, settings);
  await set('enable');
  return { onP50Ms: on.exact.p50, offP50Ms: off.exact.p50, onP99Ms: on.exact.p99, off: off.exact };
}

/** Everybody moves; meanwhile somebody reads, finds and writes in this same process. */
async function change(
  house: VaultHouse,
  { subjects, changeSeconds }: { readonly subjects: number; readonly changeSeconds: number },
  say: Say,
) {
  const vault = new Vault(house.parts());
  const epochs = house.change();
  const idle = await others(vault, house, { subjects, until: after(200) });
  let changing = true;
  const during = others(vault, house, { subjects, until: () => !changing });
  const stepMs: number[] = [];
  let failedSteps = 0;
  const walk = { isDone: false, left: subjects };
  let movedMs: number | undefined;
  const began = performance.now();
  const inTime = () => performance.now() - began < changeSeconds * 1_000;
  const step = async (): Promise<void> => {
    const standing = await epochs.step(bank).catch(() => undefined);
    if (standing === undefined) failedSteps += 1;
    if (stepMs.length % 200 === 0) say(`epoch change: ${standing?.left ?? '?'} left`);
    walk.isDone = standing?.done === true;
    walk.left = standing?.left ?? walk.left;
    // The speed of moving people; the sweep behind them is in the whole time.
    if (walk.left === 0) movedMs ??= performance.now() - began;
  };
  const totalMs = await msOf(async () => {
    await epochs.order(bank);
    while (!walk.isDone && inTime()) stepMs.push(await msOf(step));
  });
  changing = false;
  const meanwhile = await during;
  const moved = subjects - walk.left;
  say(`epoch change: ${moved} of ${subjects} moved in ${Math.round(totalMs / 1_000)} s`);
  const told = {
    totalMs: rounded(totalMs),
    isDone: walk.isDone,
    moved,
    movedPerSecond: Math.round((moved / (movedMs ?? totalMs)) * 1_000),
    subjectsPerSecond: Math.round((moved / totalMs) * 1_000),
    failedSteps,
  };
  return { ...told, stepMs: summaryOf(stepMs), idle, meanwhile };
}

async function others(
  vault: Vault,
  house: VaultHouse,
  { subjects, until }: { readonly subjects: number; readonly until: () => boolean },
) {
  const read: number[] = [];
  const found: number[] = [];
  const written: number[] = [];
  let refused = 0;
  const timed = async (into: number[], action: () => Promise<unknown>): Promise<void> => {
    try {
      into.push(await msOf(action));
    } catch {
      refused += 1;
    }
  };
  for (let at = 0; !until(); at += 1) {
    const { subject, idNumber } = personNumber(scattered(at, subjects));
    const place = { subject, field: 'name' };
    await timed(read, () => house.units.run(bank, (unit) => vault.get(unit, place)));
    await timed(found, async () => {
      const who = await house.units.run(bank, (unit) => vault.find(unit, 'idNumber', idNumber));
      if (!who.includes(subject)) throw new Error('somebody was not found');
    });
    if (at % writeEvery === 0) {
      const note = { subject, field: 'note' };
      await timed(written, () => house.units.run(bank, (unit) => vault.put(unit, note, utf8('x'))));
    }
    await new Promise((go) => setTimeout(go, pauseMs));
  }
  return { refused, read: summaryOf(read), found: summaryOf(found), written: summaryOf(written) };
}

function after(rounds: number): () => boolean {
  let left = rounds;
  return () => {
    left -= 1;
    return left < 0;
  };
}

/** Different persons one after the other, all over the table. */
function scattered(at: number, subjects: number): number {
  return (at * 7_919 + 13) % subjects;
}

function numberOf(args: readonly string[], name: string, fallback: number): number {
  const at = args.indexOf(name);
  return at < 0 ? fallback : Number(args[at + 1]);
}
