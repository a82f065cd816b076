/**
 * People at the desks and people whose data it is: what each may see, undo, stop and prove.
 *
 * One house of real processes for all stories, two institutions, two replicas of `serve`. Loans
 * are walked side by side from the start; each story then has persons of its own.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromBase64, fromUtf8 } from '#base/bytes';
import { textIn } from '#doors/phone';
import { hashLeaf, inclusionFlaw } from '#formats/tlog';
import { DesksHouse, idOf, journalOf, until } from './desks-house.ts';
import {
  contestsMachine,
  isForgottenOrRestricted,
  learnsWhatIsKnown,
  takesConsentBack,
} from './desks-people.ts';
import {
  breaksGlass,
  holdStopsErasure,
  leavesForGood,
  livesUnderTwoRoofs,
  seesOwnBranchOnly,
} from './desks-staff.ts';
import { coop, type DoorHand, finance } from './door-hand.ts';
import type { Members, Said } from './hand.ts';

const journalMsMax = 60_000;
const program = fileURLToPath(new URL('../../bin/fubie', import.meta.url));
const run = promisify(execFile);

describe('柜台内外：谁能看见什么', () => {
  let opened: DesksHouse;
  beforeAll(async () => {
    opened = await DesksHouse.open();
  });
  afterAll(() => opened.close());

  test('L-PI-10 本人查阅：每个字段的值、来源、去向、目的与期限，一份可带走的文件；别人的令牌一无所得', () =>
    expect(learnsWhatIsKnown(opened)).resolves.toBeUndefined());
  test('撤回同意：先看到后果，撤回留痕，之后依赖它的处理一律拒绝；替代的路还在', () =>
    expect(takesConsentBack(opened)).resolves.toBeUndefined());
  test('分支机构看不见别的分支：列表、查阅、查找、出包、时间线、还款，与不存在的案件同一答复；总部能看', () =>
    expect(seesOwnBranchOnly(opened)).resolves.toBeUndefined());
  test('紧急授权：有目的、有时限，状态页告警，看过什么留痕；本人不能复核，未复核不能再开', () =>
    expect(breaksGlass(opened)).resolves.toBeUndefined());
  test('法院的保全使删除停下；谁申请解除，谁就不能自己点头，哪怕他有这个角色；解除后愿望照办', () =>
    expect(holdStopsErasure(opened)).resolves.toBeUndefined());
  test('S0-47 同一人在两家机构申请，互不相见：令牌、查找、日志、印章各自为政；两份证据包用同一受信目录核验', () =>
    expect(livesUnderTwoRoofs(opened)).resolves.toBeUndefined());
  test('工作人员离职，一秒后什么也打不开：两个副本上的会话、经手的接口密钥、待批的申请', () =>
    expect(leavesForGood(opened)).resolves.toBeUndefined());
  test('L-PI-06 S2-42 自动拒绝经人工复核推翻，贷款继续到放款；复核人写明理由，柜员不能复核', () =>
    expect(contestsMachine(opened)).resolves.toBeUndefined());
  test('L-PI-11 要求删除：没有期限的即刻销毁并换钥；两份在期限内的合同转为限制处理，本人和法院仍看得到', () =>
    expect(isForgottenOrRestricted(opened)).resolves.toBeUndefined());

  test('每次访问都在访问记录里，登记簿中的批次能证明其中一行；fsck 全部完好', async () => {
    await opened.walked;
    const { first, elsewhere, at } = opened;
    const auditor = await at('auditor');
    const clerk = await at('nanhu-clerk');
    const me = await idOf(clerk);
    const told = [
      await clerk.get('/v1/cases'),
      await clerk.get(`/v1/cases/${first.caseId}`),
      await clerk.get(`/v1/cases/${elsewhere.caseId}`),
      await clerk.get('/v1/journal'),
      await clerk.post('/v1/cases/searches', { field: 'shoeSize', text: '42' }),
    ];
    expect(told.map(({ status }) => status)).toEqual([200, 200, 404, 403, 400]);
    const session = (await clerk.get('/v1/sessions/current')).body['session'];
    const lines = (await journalOf(auditor, `caller=${me}`)).filter(
      (one) => one['session'] === session,
    );
    const statuses = lines.toReversed().map((one) => one['status']);
    expect(statuses).toEqual([200, ...told.map(({ status }) => status), 200]);
    const about = await journalOf(auditor, `id=id%3D${first.caseId}`);
    const routes = new Set(
      about.map((line) => `${textIn(line, 'route')} ${Number(line['status'])}`),
    );
    for (const route of [
      'GET /v1/cases/:id 200',
      'GET /v1/cases/:id 404',
      'GET /v1/cases/:id/timeline 200',
      'POST /v1/cases/:id/repayments 200',
    ]) {
      expect(routes, route).toContain(route);
    }
    const packed = await journalOf(auditor, `id=case%3D${first.caseId}`);
    const legal = packed.filter((one) => one['purpose'] === 'court');
    // The officer said so too, and it was not his to say.
    const said = legal.map((one) => Number(one['status']));
    expect(said.toSorted((one, two) => one - two)).toEqual([201, 403]);
    const hers = await journalOf(auditor, `caller=${first.caseId}`);
    expect(hers.map((line) => line['route'])).toContain('GET /v1/me/data');
    await isProvedByLog(opened, { auditor, line: about.find((one) => one['status'] === 404) });
    await isSound(opened);
  });
});

/** One line of the journal, shown by its leaf to be under the root that the log holds. */
async function isProvedByLog(
  house: DesksHouse,
  { auditor, line }: { auditor: DoorHand; line: Members | undefined },
): Promise<void> {
  const { world } = house;
  // The worker binds what is there to the log when it begins, as after any crash.
  world.kill('work');
  await world.settled();
  const number = Number(line?.['number']);
  let proof: Said | undefined;
  await until(async () => {
    const { body } = await auditor.get(`/v1/cases/${house.released}`);
    return body['personStands'] === 'erased';
  }, journalMsMax);
  await until(async () => {
    proof = await auditor.get(`/v1/journal/${number}/proof`);
    return proof.status === 200;
  }, journalMsMax);
  const shown = (proof as Said).body;
  const bytes = fromBase64(textIn(shown, 'row'));
  expect(JSON.parse(fromUtf8(bytes))).toMatchObject({ number: String(number), status: 404 });
  const flaw = await inclusionFlaw(
    {
      leaf: await hashLeaf(bytes, nodeEngine),
      index: Number(shown['index']),
      size: Number(shown['size']),
      proof: (shown['hashes'] as string[]).map(fromBase64),
      root: fromBase64(textIn(shown, 'root')),
    },
    nodeEngine,
  );
  expect(flaw).toBeUndefined();
}

async function isSound({ world }: DesksHouse): Promise<void> {
  const { root: folder } = world.house.estate;
  const asked = run(program, ['fsck', '--var', folder, '--json']);
  // Broken it exits with 1 and still says what is.
  const { stdout } = await asked.catch((thrown: { stdout: string }) => thrown);
  const report = JSON.parse(stdout) as {
    is: string;
    logs: { tenant: string; flaws: unknown[] }[];
  };
  expect(report.logs.flatMap(({ flaws }) => flaws)).toEqual([]);
  expect(report.is).toBe('sound');
  expect(report.logs.map(({ tenant }) => tenant)).toEqual(
    expect.arrayContaining([coop.tenant, finance.tenant]),
  );
}
