/**
 * What the worker does again and again for each tenant, how often, and in which rooms.
 *
 * A chore that is interrupted is done again at its next turn: each of them goes on from rows.
 */
import { Answered, PostgresDeposits, PostgresOriginals } from '#adapters/postgres';
import { addSeconds } from '#base/clock';
import type { TenantId } from '#base/unit';
import { Originals } from '#business/archive';
import { Keeping } from '#business/deposit';
import type { EpochChange } from '#business/vault';
import type { Ground } from './ground.ts';
import type { LendingRooms } from './lending.ts';
import { type LogRooms, settleRegisters } from './log.ts';
import type { MachineRooms } from './machine.ts';
import type { PrivacyRooms } from './privacy.ts';
import type { StaffRooms } from './staff.ts';

/** Recurring work for one tenant. */
export interface Chore {
  readonly everyMs: number;
  work(tenant: TenantId): Promise<unknown>;
}

const recoveryMs = 5_000;
const epochMs = 1_000;
/** How long an access can stand in the journal before the log vouches for it. */
const journalMs = 60_000;
const forgetMs = 3_600_000;
/** How often some originals are read again and hashed. */
const originalsMs = 600_000;
/** How often it is asked whether the log's head is due for trusted time and for its twin. */
const headsMs = 300_000;
/** A register is in force an hour after it was logged at the earliest. */
const registersMs = 60_000;
const retentionMs = 6 * 3_600_000;
/** Stored answers are kept for a week: nobody repeats a request after that. */
const answerSecondsMax = 7 * 86_400;

export interface ChoreRooms {
  readonly ground: Ground;
  readonly lending: LendingRooms;
  readonly people: StaffRooms;
  readonly machines: MachineRooms;
  readonly privacy: PrivacyRooms;
  readonly epochs: EpochChange;
  readonly log: LogRooms;
}

export function choresOf(rooms: ChoreRooms): readonly Chore[] {
  const { ground, lending, machines, privacy, log } = rooms;
  const originals = new Originals({ ...ground, rows: new PostgresOriginals() });
  const keeping = new Keeping({ ...ground, store: new PostgresDeposits(), end: ground.vault });
  return [
    { everyMs: recoveryMs, work: (tenant) => lending.sealer.recover(tenant) },
    { everyMs: epochMs, work: (tenant) => tendEpochs(rooms, tenant) },
    { everyMs: journalMs, work: (tenant) => machines.batches.close(tenant) },
    {
      everyMs: retentionMs,
      work: (tenant) => privacy.retention.run(tenant, ground.clock.now()),
    },
    { everyMs: retentionMs, work: (tenant) => keeping.expire(tenant) },
    { everyMs: originalsMs, work: (tenant) => originals.check(tenant) },
    { everyMs: headsMs, work: (tenant) => tendHeads(log, tenant) },
    { everyMs: registersMs, work: (tenant) => settleRegisters(ground, tenant) },
    { everyMs: forgetMs, work: (tenant) => forget(rooms, tenant) },
  ];
}

/**
 * Goes on with a change of epoch or begins one that is due. An erasure is not waited for a week:
 * its wish is read before the change begins, so that the change began after the person's key went.
 */
async function tendEpochs(rooms: ChoreRooms, tenant: TenantId): Promise<void> {
  const { ground, privacy, epochs } = rooms;
  const { units } = ground;
  const wish = await units.run(tenant, (unit) => privacy.wishes.waiting(unit));
  const { done } = await epochs.tend(tenant);
  if (wish === undefined || !done) return;
  await epochs.order(tenant);
  while (!(await epochs.step(tenant)).done);
  await units.run(tenant, (unit) => privacy.wishes.served(unit, wish));
}

/** The twin first: its link is then covered by the stamp of the hour. */
async function tendHeads({ links, headStamps }: LogRooms, tenant: TenantId): Promise<void> {
  await links.take(tenant);
  await headStamps.take(tenant);
}

/** Throws away what nobody needs any more: old answers, sessions, nonces, orphaned objects. */
async function forget(rooms: ChoreRooms, tenant: TenantId): Promise<void> {
  const { units, usage, sweep, clock } = rooms.ground;
  const before = addSeconds(clock.now(), -answerSecondsMax);
  await units.run(tenant, (unit) => new Answered().forget(unit, before));
  await units.run(tenant, (unit) => rooms.people.sessions.forget(unit));
  await units.run(tenant, (unit) => usage.fold(unit));
  await rooms.machines.machines.sweep(tenant);
  await rooms.machines.batches.prune(tenant);
  await sweep.sweep(tenant);
}
