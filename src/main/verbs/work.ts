/**
 * `fubie work`: does what follows a commit: the lender's seal, the order to pay out, recovery.
 */
import { Answered } from '#adapters/postgres';
import { addSeconds, systemClock } from '#base/clock';
import type { TenantId } from '#base/unit';
import { type JobHand, Jobs } from '#business/integration';
import { disburseJob, lenderSealJob } from '#business/lending';
import type { ProcessSettings } from '../../config.ts';
import { adoptPolicy } from '../adopt-policy.ts';
import { openGround } from '../ground.ts';
import { openLendingRooms } from '../lending-rooms.ts';
import { type Opened, onBug, runProcess } from '../process.ts';
import { everyMs } from '../repeat.ts';

const idleMs = 100;
const recoveryMs = 5_000;
const forgetMs = 3_600_000;
/** Stored answers are kept for a week: nobody repeats a request after that. */
const answerSecondsMax = 7 * 86_400;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const ground = await openGround(settings);
  const rooms = await openLendingRooms(ground);
  const tenant = (settings.more['tenant'] ?? '') as TenantId;
  await adoptPolicy(ground, tenant);
  const jobs = new Jobs({
    units: ground.units,
    store: rooms.jobs,
    clock: systemClock,
    hands: new Map<string, JobHand>([
      [lenderSealJob, (of, caseId) => rooms.lender.sealAndNote(of, caseId)],
      [disburseJob, (of, caseId) => rooms.disbursement.disburse({ tenant: of, caseId })],
    ]),
    // A job that waits for a passing reason says so in its row; only what broke is news here.
    onWait: (_job, because, cause) => {
      if (because === 'integration.job_broke') onBug(cause);
    },
  });
  const working = everyMs(idleMs, async () => {
    while (await jobs.doOne(tenant));
  });
  const recovering = everyMs(recoveryMs, () => rooms.sealer.recover(tenant));
  const answered = new Answered();
  const forgetting = everyMs(forgetMs, () =>
    ground.units.run(tenant, (unit) =>
      answered.forget(unit, addSeconds(systemClock.now(), -answerSecondsMax)),
    ),
  );
  return {
    async close() {
      await working.stop();
      await recovering.stop();
      await forgetting.stop();
      await ground.database.close();
    },
  };
}
