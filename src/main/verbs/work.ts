/**
 * `fubie work`: does what follows a commit: the lender's seal, the order to pay out, recovery.
 */
import { PostgresJobs } from '#adapters/postgres';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import { Again, type JobHand, Jobs } from '#business/integration';
import { disburseJob, lenderSealJob, longTermJob, receiptJob } from '#business/lending';
import type { ProcessSettings } from '../../config.ts';
import { handedOrderSecret, openEpochChange } from '../copies/epochs.ts';
import { type Opened, onBug, runProcess } from '../estate/process.ts';
import { everyMs, runBeside } from '../estate/repeat.ts';
import { enrolDemoStaff } from '../provision/operators.ts';
import { openOrderedTenants } from '../provision/tenant-opening.ts';
import { type ChoreRooms, choresOf } from '../rooms/chores.ts';
import { openGround } from '../rooms/ground.ts';
import { openLendingRooms } from '../rooms/lending.ts';
import { openLogRooms } from '../rooms/log.ts';
import { openMachineRooms } from '../rooms/machine.ts';
import { openPrivacyRooms } from '../rooms/privacy.ts';
import { openReceiptHand } from '../rooms/signer.ts';
import { openStaffRooms } from '../rooms/staff.ts';
import { Turns } from '../rooms/turns.ts';

const openingMs = 1_000;
const jobsInTurnMax = 4;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const rooms = await openRooms(settings);
  const { ground } = rooms;
  const jobs = jobsOf(rooms, await openReceiptHand(ground, rooms.lending));
  /** One tenant after the other; what one of them meets is told and holds up no other. */
  const forEach = async (work: (tenant: TenantId) => Promise<unknown>): Promise<void> => {
    for (const tenant of await ground.tenants.ids()) await work(tenant).catch(tell);
  };
  const turns = new Turns({
    ids: () => ground.tenants.ids(),
    turn: (tenant) => jobsInTurn(jobs, tenant),
    now: () => performance.now(),
  });
  const hearing = ground.database.hear(PostgresJobs.channel, (tenant) =>
    turns.wake(tenant as TenantId),
  );
  const running = [
    everyMs(openingMs, () => openOrderedTenants(ground)),
    runBeside(async (stop) => {
      while (!stop.aborted) {
        await turns.pass().catch(tell);
        await turns.rest(stop);
      }
    }),
    ...choresOf(rooms).map((chore) =>
      everyMs(chore.everyMs, () => forEach((tenant) => chore.work(tenant))),
    ),
  ];
  return {
    async close() {
      for (const one of running) await one.stop();
      await hearing.close();
      await ground.database.close();
    },
  };
}

/** Some jobs of a tenant, few enough that a busy one leaves room for the others. */
async function jobsInTurn(jobs: Jobs, tenant: TenantId): Promise<boolean> {
  let done = 0;
  try {
    while (done < jobsInTurnMax && (await jobs.doOne(tenant))) done += 1;
  } catch (thrown) {
    tell(thrown);
  }
  return done > 0;
}

/** What may be well the next time is not written down. */
function tell(thrown: unknown): void {
  if (!(thrown instanceof Fault && thrown.retryable)) onBug(thrown);
}

async function openRooms(settings: ProcessSettings): Promise<ChoreRooms> {
  const ground = await openGround(settings);
  const lending = await openLendingRooms(ground);
  await openOrderedTenants(ground);
  const people = await openStaffRooms(ground);
  await enrolDemoStaff(ground, people);
  return {
    ground,
    lending,
    people,
    machines: openMachineRooms(ground, people),
    privacy: openPrivacyRooms(ground, lending, people),
    log: await openLogRooms(ground),
    epochs: openEpochChange(ground, await handedOrderSecret(settings.folder)),
  };
}

function jobsOf({ ground, lending }: ChoreRooms, sendReceipt: JobHand): Jobs {
  const { lender, disbursement, longTerm } = lending;
  const keep: JobHand = async (of, caseId) => {
    const commit = await longTerm.keep(of, caseId);
    return async (unit) => {
      const next = await commit(unit);
      return next && new Again(next.at, next.because);
    };
  };
  return new Jobs({
    units: ground.units,
    store: lending.jobs,
    clock: systemClock,
    hands: new Map<string, JobHand>([
      [lenderSealJob, (of, caseId) => lender.sealAndNote(of, caseId)],
      [receiptJob, sendReceipt],
      [longTermJob, keep],
      [disburseJob, (of, caseId) => disbursement.disburse({ tenant: of, caseId })],
    ]),
    // A job that waits for a passing reason says so in its row; only what broke is news here.
    onWait: (_job, because, cause) => {
      if (because === 'integration.job_broke') onBug(cause);
    },
  });
}
