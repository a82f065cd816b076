import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '#base/canonical';
import type { StaffCaller } from '#business/access';
import { address, DeskWorld, password, type Replica } from '../lending/desk-world.fixture.ts';
import { bankB } from '../scratch.ts';

const hourMs = 3_600_000;

describe('people at the desks', () => {
  let world: DeskWorld;
  let desk: Replica;
  let admin: StaffCaller;
  let officer: StaffCaller;
  let second: Replica;

  beforeAll(async () => {
    world = await DeskWorld.open();
    desk = world.one;
    second = await world.replica(8);
    admin = await world.person('admin', 'head-office', 'administrator');
    officer = await world.person('security', 'head-office', 'security-officer');
  });
  afterAll(() => world.close());

  /** Asked by one, given by another: the id with which it may be done once. */
  async function approved(order: Json, kind = 'staff.manage'): Promise<string> {
    const why = 'agreed in the weekly meeting';
    const asked = await world.run(desk.approvals.ask(admin, { kind, order, why }));
    const word = { id: asked.id, give: true, why: 'checked with personnel' };
    await world.run(desk.approvals.decide(officer, word));
    return asked.id;
  }

  test('a clerk is let in, must choose a password of his own, and then works', async () => {
    const order = { login: 'clerk-wang', unit: 'nanhu-1', roles: ['clerk'], name: '王测试' };
    const { password: first } = await world.run(await desk.staff.add(admin, order));
    const { token, mustChange } = await world.login('clerk-wang', first);
    expect(mustChange).toBe(true);
    const caller = await desk.sessions.callerOf(world.tenant, token);
    expect(caller?.staff.unitPath).toBe('/head-office/nanhu/nanhu-1/');
    if (caller === undefined) throw new Error('no session');
    expect(() => desk.rights.require(caller, 'case.list')).toThrow('access.password_change_due');
    const words = { old: first, fresh: password, address };
    await world.run(await desk.sessions.changePassword(caller, words));
    expect(await second.sessions.callerOf(world.tenant, token)).toBeUndefined();
    const again = await world.enter('clerk-wang');
    expect(desk.rights.reachOf(again, 'case.list')).toEqual({
      kind: 'own',
      unitPath: '/head-office/nanhu/nanhu-1/',
    });
  });

  test('a staff member leaves: on the second replica nothing opens for him at once', async () => {
    const leaver = await world.person('leaver', 'nanhu', 'loan-officer');
    const { token } = await world.login('leaver');
    expect(await second.sessions.callerOf(world.tenant, token)).toBeDefined();
    await world.run(desk.staff.move(admin, { id: leaver.staff.id, to: 'left' }));
    expect(await second.sessions.callerOf(world.tenant, token)).toBeUndefined();
    await expect(world.login('leaver')).rejects.toThrow('access.unauthenticated');
    expect(world.ended).toContain(leaver.staff.id);
    await expect(
      world.run(desk.staff.move(admin, { id: leaver.staff.id, to: 'active' })),
    ).rejects.toThrow('access.staff_out_of_order');
    // A thief of the database cannot bring him back through the rooms' role and an old row either.
    await expect(
      desk.staff
        .add(admin, { login: 'leaver', unit: 'nanhu', roles: ['clerk'] })
        .then((commit) => world.run(commit)),
    ).rejects.toThrow('access.login_taken');
  });

  test('a role taken away is away in a session that is already open', async () => {
    const clerk = await world.person('mover', 'nanhu', 'loan-officer');
    const { token } = await world.login('mover');
    const change = { id: clerk.staff.id, roles: ['clerk'], unit: 'beishan' };
    await world.run(desk.staff.change(admin, change));
    const now = await second.sessions.callerOf(world.tenant, token);
    expect(now?.staff.unitPath).toBe('/head-office/beishan/');
    if (now === undefined) throw new Error('no session');
    expect(() => desk.rights.require(now, 'case.unmask')).toThrow('access.not_permitted');
  });

  test('an account that was locked behind the rooms’ back opens nothing either', async () => {
    const { token } = await world.login('admin');
    const locked = (state: string) =>
      world.scratch.owner.transaction(async (tx) => {
        await sql`select set_config('fubie.tenant', ${world.tenant}, true)`.execute(tx);
        await sql`update staff set state = ${state} where login = 'admin'`.execute(tx);
      });
    await locked('locked');
    expect(await second.sessions.callerOf(world.tenant, token)).toBeUndefined();
    await locked('active');
    expect(await second.sessions.callerOf(world.tenant, token)).toBeDefined();
  });

  test('nobody manages himself, and a clerk manages nobody', async () => {
    const clerk = await world.person('ambitious', 'nanhu', 'clerk');
    const own = { id: clerk.staff.id, roles: ['administrator'], unit: 'head-office' };
    await expect(world.run(desk.staff.change(clerk, own))).rejects.toThrow('access.not_permitted');
    const me = { id: admin.staff.id, roles: ['clerk'], unit: 'nanhu' };
    await expect(world.run(desk.staff.change(admin, me))).rejects.toThrow('access.not_permitted');
  });

  test('power is given under four eyes only: no approver of one’s own making', async () => {
    const puppet = { login: 'puppet', unit: 'head-office', roles: ['security-officer'] };
    const alone = await desk.staff.add(admin, puppet);
    await expect(world.run(alone)).rejects.toThrow('access.approval_needed');
    const reset = await desk.staff.resetPassword(admin, { id: officer.staff.id });
    await expect(world.run(reset)).rejects.toThrow('access.approval_needed');
    const order = { act: 'add', login: 'puppet', roles: ['auditor'], unit: 'head-office' };
    const approval = await approved(order);
    // What was approved is an auditor; an approver is another order.
    const other = await desk.staff.add(admin, { ...puppet, approval });
    await expect(world.run(other)).rejects.toThrow('access.approval_differs');
    const auditor = { ...puppet, roles: ['auditor'], approval };
    await world.run(await desk.staff.add(admin, auditor));
    const twice = await desk.staff.add(admin, { ...auditor, login: 'puppet' });
    await expect(world.run(twice)).rejects.toThrow('access.login_taken');
  });

  test('an approval is spent once, by its asker, and never given by him', async () => {
    const order = { case: 'some-case' };
    const why = 'ordered by the court';
    const asked = await world.run(desk.approvals.ask(admin, { kind: 'hold.lift', order, why }));
    const self = { id: asked.id, give: true, why };
    await expect(world.run(desk.approvals.decide(admin, self))).rejects.toThrow(
      'access.not_permitted',
    );
    const act = { id: asked.id, kind: 'hold.lift', order, by: admin.staff.id };
    const take = (more: object) =>
      world.run((unit) => desk.approvals.take(unit, { ...act, ...more }));
    await expect(take({})).rejects.toThrow('access.approval_not_open');
    await world.run(desk.approvals.decide(officer, self));
    await expect(take({ by: officer.staff.id })).rejects.toThrow('access.approval_differs');
    await expect(take({ order: { case: 'another' } })).rejects.toThrow('access.approval_differs');
    await take({});
    await expect(take({})).rejects.toThrow('access.approval_not_open');
    expect(await world.entries()).toContain('approval.given');
  });

  test('who has asked for too much at once asks no more, and others still do', async () => {
    const eager = await world.person('eager', 'head-office', 'administrator');
    const asking = (caller: StaffCaller) =>
      world.run(desk.approvals.ask(caller, { kind: 'hold.lift', order: {}, why: 'one more' }));
    for (let asked = 0; asked < 20; asked += 1) await asking(eager);
    await expect(asking(eager)).rejects.toThrow('access.approvals_too_many');
    await expect(asking(admin)).resolves.toMatchObject({ standing: 'asked' });
  });

  test('lists for approvers and reviewers end where their reach ends', async () => {
    const branch = await world.person('nanhu-head', 'nanhu', 'supervisor');
    const far = await world.person('far', 'beishan', 'loan-officer');
    const near = await world.person('near', 'nanhu-1', 'loan-officer');
    const wish = { kind: 'hold.lift', order: { hold: 'x' }, why: 'the court is done' };
    const asked = await world.run(desk.approvals.ask(admin, wish));
    const approvalsOf = async (caller: StaffCaller) =>
      (await world.run((unit) => desk.approvals.open(unit, caller))).map(({ id }) => id);
    expect(await approvalsOf(officer)).toContain(asked.id);
    expect(await approvalsOf(branch)).not.toContain(asked.id);
    await expect(approvalsOf(far)).rejects.toThrow('access.not_permitted');
    const { id: caseId } = await world.loan({ id: 'reach-9', unit: 'beishan' });
    const order = { permission: 'case.read', caseId, why: 'a flood', minutes: 5 } as const;
    const glassOf = async (caller: StaffCaller) =>
      (await world.run((unit) => desk.glass.unreviewed(unit, caller))).map(({ staff }) => staff);
    for (const caller of [far, near]) await world.run(desk.glass.open(caller, order));
    expect((await glassOf(officer)).toSorted()).toEqual([far.staff.id, near.staff.id].toSorted());
    expect(await glassOf(branch)).toEqual([near.staff.id]);
    for (const { id } of await world.run((unit) => desk.glass.unreviewed(unit, officer))) {
      const word = { id, verdict: 'justified', why: 'the flood is known' } as const;
      await world.run(desk.glass.review(officer, word));
    }
  });

  test('what somebody allowed before he left allows nothing after', async () => {
    const leaver = await world.person('leaving-officer', 'head-office', 'security-officer');
    const order = { case: 'some-case' };
    const why = 'ordered by the court';
    const { id } = await world.run(desk.approvals.ask(admin, { kind: 'erase.order', order, why }));
    await world.run(desk.approvals.decide(leaver, { id, give: true, why }));
    await world.run(desk.staff.move(admin, { id: leaver.staff.id, to: 'left' }));
    const act = { id, kind: 'erase.order', order, by: admin.staff.id };
    const taking = world.run((unit) => desk.approvals.take(unit, act));
    await expect(taking).rejects.toThrow('access.approval_not_open');
  });

  test('not even the database takes an approval given by its asker', async () => {
    await expect(
      world.scratch.owner.transaction(async (tx) => {
        await sql`select set_config('fubie.tenant', ${world.tenant}, true)`.execute(tx);
        await sql`update approval set decided_by = asked_by`.execute(tx);
      }),
    ).rejects.toThrow('approval');
  });

  test('roles that exclude each other are refused, and acts on one case too', async () => {
    const both = { login: 'both-hats', unit: 'nanhu', roles: ['loan-officer', 'reviewer'] };
    await expect(desk.staff.add(admin, both)).rejects.toThrow('access.roles_apart');
    const take = (act: string) =>
      world.run((unit) =>
        desk.duties.take(unit, { caseId: 'case-1', act, staff: officer.staff.id }),
      );
    await take('application.decided');
    await take('application.decided');
    await expect(take('decision.reviewed')).rejects.toThrow('access.duties_apart');
  });

  test('break-glass opens one case for minutes, is marked, and is reviewed by another', async () => {
    const lender = await world.person('lender', 'nanhu', 'loan-officer');
    const { id: caseId } = await world.loan({ id: 'glass-1', unit: 'beishan' });
    const { id: elsewhere } = await world.loan({ id: 'glass-2', unit: 'beishan' });
    const why = 'flood, the other branch is closed';
    const order = { permission: 'case.read', caseId, why, minutes: 10 } as const;
    const read = async (caller: StaffCaller, id = caseId) =>
      (await desk.cases.read({ tenant: world.tenant, caller }, id)).id;
    await expect(read(lender)).rejects.toThrow('lending.case_unknown');
    expect(() => desk.glass.open(lender, { ...order, minutes: 600 })).toThrow(
      'access.glass_refused',
    );
    const glass = await world.run(desk.glass.open(lender, order));
    const now = await world.enter('lender', second);
    expect(await read(now)).toBe(caseId);
    await expect(read(now, elsewhere)).rejects.toThrow('lending.case_unknown');
    await expect(world.run(desk.glass.open(now, order))).rejects.toThrow('access.glass_unreviewed');
    world.clock.turn(11 * 60_000);
    await expect(read(now)).rejects.toThrow('lending.case_unknown');
    const word = { id: glass.id, verdict: 'justified', why: 'the flood is known' } as const;
    await expect(world.run(desk.glass.review(now, word))).rejects.toThrow('access.not_permitted');
    const [shown] = await world.run((unit) => desk.glass.unreviewed(unit, officer));
    expect(shown?.uses.map(({ act }) => act)).toEqual(['case.read']);
    expect(shown?.why).toBe(why);
    await world.run(desk.glass.review(officer, word));
    const again = world.run(desk.glass.review(officer, word));
    await expect(again).rejects.toThrow('access.glass_reviewed');
    const entries = await world.entries();
    expect(entries).toContain('breakglass.opened');
    expect(entries).toContain('breakglass.reviewed');
  });

  test('wrong passwords wait longer and longer, for a login that exists and one that does not', async () => {
    await world.person('victim', 'nanhu', 'clerk');
    const answersOf = async (login: string) => {
      const answers: string[] = [];
      for (let at = 0; at < 14; at += 1) {
        await world
          .login(login, 'wrong words here')
          .catch((thrown: Error) => answers.push(thrown.message));
        world.clock.turn(2_000);
      }
      return answers;
    };
    const known = await answersOf('victim');
    expect(known.slice(0, 3)).toEqual(Array(3).fill('access.unauthenticated'));
    expect(known).toContain('access.login_delayed');
    expect(await answersOf('nobody-here')).toEqual(known);
    await world.login('victim', 'wrong once more').catch(() => undefined);
    // While it is closed the right password does not open it either.
    await expect(world.login('victim')).rejects.toThrow('access.login_delayed');
    world.clock.turn(hourMs);
    expect((await world.login('victim')).mustChange).toBe(false);
  });

  test('a thousand guesses at once are counted one by one', async () => {
    await world.person('parallel', 'nanhu', 'clerk');
    world.clock.turn(hourMs);
    const guesses = Array.from({ length: 12 }, (_, at) =>
      world.login('parallel', `guess no ${at} xx`),
    );
    const answers = await Promise.allSettled(guesses);
    const tried = answers.filter(
      (one) => one.status === 'rejected' && String(one.reason).includes('unauthenticated'),
    );
    expect(tried.length).toBeLessThanOrEqual(3);
  });

  test('a session ends when nobody uses it, and after a working day', async () => {
    world.clock.turn(hourMs);
    const { token } = await world.login('parallel');
    const opens = async () => (await desk.sessions.callerOf(world.tenant, token)) !== undefined;
    world.clock.turn(20 * 60_000);
    expect(await opens()).toBe(true);
    world.clock.turn(20 * 60_000);
    expect(await opens()).toBe(true);
    world.clock.turn(31 * 60_000);
    expect(await opens()).toBe(false);
  });

  test('what is over is forgotten, and nothing that still opens or still counts', async () => {
    const { token } = await world.login('parallel');
    await world.login('parallel', 'a wrong one here').catch(() => undefined);
    await world.run((unit) => desk.sessions.forget(unit));
    expect(await desk.sessions.callerOf(world.tenant, token)).toBeDefined();
    const rowsOf = (table: string) =>
      world.scratch.owner.transaction(async (tx) => {
        await sql`select set_config('fubie.tenant', ${world.tenant}, true)`.execute(tx);
        return (await sql`select 1 from ${sql.table(table)}`.execute(tx)).rows.length;
      });
    expect(await rowsOf('login_failure')).toBeGreaterThan(0);
    world.clock.turn(25 * hourMs);
    await world.run((unit) => desk.sessions.forget(unit));
    expect(await rowsOf('login_failure')).toBe(0);
    expect(await rowsOf('staff_session')).toBe(0);
  });

  test('a token of one institution opens nothing in another', async () => {
    const { token } = await world.login('admin');
    expect(await desk.sessions.callerOf(bankB, token)).toBeUndefined();
  });

  test('where the institution demands a strong factor, a password alone manages nobody', async () => {
    world.demandsStrong = true;
    expect(() => desk.rights.require(admin, 'staff.manage')).toThrow('access.strong_factor_needed');
    const strong: StaffCaller = { ...admin, factors: ['password', 'webauthn'] };
    expect(() => desk.rights.require(strong, 'staff.manage')).not.toThrow();
    world.demandsStrong = false;
  });
});
