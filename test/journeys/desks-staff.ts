/**
 * Stories of the people at the desks: what each may see, who must be another, and how one leaves.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { textIn } from '#doors/phone';
import { verify } from '#trust/verify';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { Borrower } from './borrower.ts';
import { casesIn, type DesksHouse, faceOf, idOf, journalOf, rows, why } from './desks-house.ts';
import { coop, DoorHand, finance } from './door-hand.ts';
import type { Said } from './hand.ts';
import { he, lin } from './people.ts';
import { apply, well } from './walks.ts';

export async function seesOwnBranchOnly(house: DesksHouse): Promise<void> {
  await house.walked;
  const { first, second, at } = house;
  const other = await at('beishan-officer');
  const none = 'A'.repeat(22);
  const { caseId } = first;
  const same = async (ask: (id: string) => Promise<Said>) => {
    const [real, absent] = [await ask(caseId), await ask(none)];
    expect(real.status).toBe(404);
    expect(faceOf(real, caseId)).toEqual(faceOf(absent, none));
  };
  await same((id) => other.get(`/v1/cases/${id}`));
  await same((id) => other.get(`/v1/cases/${id}/timeline`));
  await same((id) => other.post('/v1/packages', { case: id }));
  await same((id) => other.post(`/v1/cases/${id}/repayments`, { number: 1, paidOn: '2027-01-01' }));
  await same((id) =>
    other.post(`/v1/cases/${id}/unmaskings`, {
      fields: ['idNumber'],
      purpose: 'credit-review',
      why,
      minutes: 5,
    }),
  );
  const packed = well(await (await at('nanhu-officer')).post('/v1/packages', { case: caseId }));
  const unknown = '0190a000-0000-7000-8000-000000000000';
  const theirs = await other.get(`/v1/packages/${textIn(packed.body, 'package')}`);
  const absent = await other.get(`/v1/packages/${unknown}`);
  expect(theirs.status).toBe(404);
  expect(faceOf(theirs, textIn(packed.body, 'package'))).toEqual(faceOf(absent, unknown));

  const idNumber = { field: 'idNumber', text: lin.idNumber };
  const find = async (hand: DoorHand) =>
    casesIn(well(await hand.post('/v1/cases/searches', idNumber)));
  const list = async (hand: DoorHand) => casesIn(well(await hand.get('/v1/cases')));
  expect(await find(other)).toEqual([]);
  expect(await list(other)).toEqual([]);
  const own = await at('nanhu-clerk');
  const both = [first.caseId, second.caseId].toSorted();
  expect((await find(own)).toSorted()).toEqual(both);
  expect((await list(own)).toSorted()).toEqual(both);
  const seen = well(await own.get(`/v1/cases/${caseId}`));
  expect(fromUtf8(seen.bytes)).not.toContain(lin.idNumber);
  expect(fromUtf8(seen.bytes)).not.toContain(lin.name);

  const head = await at('privacy-officer');
  expect(await find(head)).toEqual(expect.arrayContaining(both));
  const auditor = await at('auditor');
  expect(await list(auditor)).toEqual(expect.arrayContaining(both));
  well(await auditor.get(`/v1/cases/${caseId}`));
  well(await auditor.get(`/v1/cases/${caseId}/timeline`));
  well(await auditor.post('/v1/packages', { case: caseId }));
}

export async function breaksGlass(house: DesksHouse): Promise<void> {
  await house.walked;
  const { first, second, at, hired } = house;
  const reader = await at('beishan-officer');
  const { caseId } = first;
  const open = {
    permission: 'case.read',
    case: caseId,
    why: '客户昏迷，家属在本网点求助',
    minutes: 10,
  };
  const breakGlass = async () => (await reader.get('/v1/status')).body['breakGlass'];
  expect(await breakGlass()).toEqual({ unreviewed: 0, overdue: 0 });
  expect((await reader.post('/v1/break-glass', { ...open, minutes: 31 })).code).toBe(
    'access.glass_refused',
  );
  const opened = well(await reader.post('/v1/break-glass', open));
  const glass = textIn(opened.body, 'id');
  expect(await breakGlass()).toEqual({ unreviewed: 1, overdue: 0 });
  well(await reader.get(`/v1/cases/${caseId}`));
  // One case and one permission, nothing beside it.
  expect((await reader.get(`/v1/cases/${second.caseId}`)).status).toBe(404);
  expect((await reader.post('/v1/packages', { case: caseId })).status).toBe(404);
  expect((await reader.post('/v1/break-glass', open)).code).toBe('access.glass_unreviewed');

  const review = { verdict: 'justified', why: '已核实急诊记录' };
  const path = `/v1/break-glass/${glass}/review`;
  expect((await reader.post(path, review)).code).toBe('access.not_permitted');
  const auditor = await at('auditor');
  const waiting = rows(well(await auditor.get('/v1/break-glass')).body['unreviewed']);
  expect(waiting).toMatchObject([{ id: glass, why: open.why, uses: [{ act: 'case.read' }] }]);
  const line = (await journalOf(auditor, `id=id%3D${caseId}`)).find(
    (one) => one['glass'] === glass && one['route'] === 'GET /v1/cases/:id',
  );
  expect(line).toMatchObject({ outcome: 'ok', kind: 'staff' });
  well(await auditor.post(path, review));
  expect(await breakGlass()).toEqual({ unreviewed: 0, overdue: 0 });
  // Not even with the role: who opened it is no other person.
  const both = await hired({
    login: 'officer-both',
    roles: ['loan-officer', 'security-officer'],
  });
  const theirs = textIn(well(await both.post('/v1/break-glass', open)).body, 'id');
  const own = await both.post(`/v1/break-glass/${theirs}/review`, review);
  expect(own.code).toBe('access.own_matter');
  well(await auditor.post(`/v1/break-glass/${theirs}/review`, review));
  // A verdict ends what was open.
  expect((await reader.get(`/v1/cases/${caseId}`)).status).toBe(404);
  well(await reader.post('/v1/break-glass', open));
}

export async function holdStopsErasure(house: DesksHouse): Promise<void> {
  await house.walked;
  const { world, replica, at, hired } = house;
  const night = await hired({
    login: 'night-officer',
    roles: ['privacy-officer', 'supervisor'],
  });
  const her = await apply(new Borrower(world, { ...he, phone: '00000000043' }));
  const matter = {
    case: her.caseId,
    authority: 'court',
    reference: '（2026）示0001民初1号',
    reason: '财产保全',
  };
  // Sent to both replicas at once, one order is one hold.
  const twin = new DoorHand(world, { at: coop, socket: replica.socket });
  const same = { key: night.freshKey(), token: night.token };
  const [one, other] = await Promise.all(
    [night, twin].map((hand) => hand.post('/v1/holds', matter, same)),
  );
  expect(one?.code).toBe('ok');
  expect(other?.body).toEqual(one?.body);
  const hold = textIn(one?.body ?? {}, 'id');
  const asked = { kind: 'hold.lift', order: { hold }, why };
  const approval = textIn(well(await night.post('/v1/approvals', asked)).body, 'id');
  const word = { give: true, why: '法院已解除' };
  const decide = (hand: DoorHand) => hand.post(`/v1/approvals/${approval}/decision`, word);
  expect((await decide(night)).code).toBe('access.own_matter');
  const lift = (more: object) =>
    night.post(`/v1/holds/${hold}/lift`, { reason: '法院已解除保全', ...more });
  expect((await lift({})).code).toBe('access.approval_needed');
  expect((await lift({ approval })).code).toBe('access.approval_not_open');

  // The hold stops an erasure: what would be erased is kept and locked.
  const wish = { kind: 'deletion', words: '请删除我的信息' };
  const held = well(await her.hand.post('/v1/me/requests', wish));
  expect(held.body).toMatchObject({ request: { standing: 'restricted' }, until: null });
  expect(textIn(held.body, 'because')).toContain('法律保全');

  well(await decide(await at('security-officer')));
  well(await lift({ approval }));
  expect((await lift({ approval })).code).toBe('privacy.hold_lifted');
  // She need not ask again: the worker's next round carries her wish out.
  house.released = her.caseId;
}

export async function livesUnderTwoRoofs(house: DesksHouse): Promise<void> {
  await house.walked;
  const { world, first, elsewhere, at, fetchedBy } = house;
  const [here, there] = [{ at: coop }, { at: finance }];
  const officers = {
    here: await at('privacy-officer', here),
    there: await DoorHand.of(world, 'privacy-officer', there),
  };
  const search = { field: 'idNumber', text: lin.idNumber };
  const found = async (hand: DoorHand) =>
    casesIn(well(await hand.post('/v1/cases/searches', search)));
  expect(await found(officers.there)).toEqual([elsewhere.caseId]);
  expect(await found(officers.here)).not.toContain(elsewhere.caseId);
  const none = 'A'.repeat(22);
  const [theirs, absent] = [
    await officers.here.get(`/v1/cases/${elsewhere.caseId}`),
    await officers.here.get(`/v1/cases/${none}`),
  ];
  expect(theirs.status).toBe(404);
  expect(faceOf(theirs, elsewhere.caseId)).toEqual(faceOf(absent, none));
  // A token is a key to one house, whoever holds it.
  const door = new DoorHand(world, there);
  for (const token of [officers.here.token, first.hand.token]) {
    expect((await door.get('/v1/cases', { token })).status).toBe(401);
    expect((await door.get('/v1/me/data', { token })).status).toBe(401);
  }
  const stolen = elsewhere.hand.token;
  expect((await first.hand.get('/v1/me/data', { token: stolen })).status).toBe(401);

  const trust = await trustFiles(world.trust);
  const packages = {
    here: await fetchedBy(await at('auditor'), first.caseId),
    there: await fetchedBy(await DoorHand.of(world, 'auditor', there), elsewhere.caseId),
  };
  const reports = await Promise.all(
    [packages.here, packages.there].map(({ bytes }) =>
      verify({ name: 'package.zip', bytes, trust }, nodeEngine),
    ),
  );
  expect(reports.map(({ is, flaws }) => ({ is, flaws }))).toEqual([
    { is: 'valid', flaws: [] },
    { is: 'valid', flaws: [] },
  ]);
  const signers = reports.map(({ signatures }) => new Set(signatures.map((one) => one.signer)));
  const shared = [...(signers[0] ?? [])].filter((signer) => signers[1]?.has(signer));
  expect(shared.filter((signer) => signer.includes('示例'))).toEqual([]);
  const { root } = world.house.estate;
  const own = readdirSync(join(root, 'tenant-stores', finance.tenant), { recursive: true });
  expect(own.length).toBeGreaterThan(0);
  expect(existsSync(join(root, 'objects', finance.tenant))).toBe(false);
  const [one, two] = await Promise.all(
    [officers.here, officers.there].map(async (hand) => (await hand.get('/v1/status')).body['log']),
  );
  expect(one).not.toEqual(two);
  const logs = readdirSync(join(world.trust, 'logs'));
  const keys = [coop, finance].map(({ tenant }) => `${tenant}.vkey`);
  expect(logs).toEqual(expect.arrayContaining(keys));
}

export async function leavesForGood(house: DesksHouse): Promise<void> {
  await house.walked;
  const { world, replica, first, at, seenFor, hired } = house;
  const leaver = await hired({ login: 'second-admin', roles: ['administrator'] });
  const word = leaver.password;
  const door = { at: coop, socket: replica.socket };
  const there = await DoorHand.as(world, { login: 'second-admin', password: word }, door);
  const terms = {
    name: 'bank-core',
    scopes: ['case.read'],
    signature: 'optional',
    addresses: [],
    rate: 'standard',
  };
  expect((await leaver.post('/v1/clients', terms)).code).toBe('access.approval_needed');
  const manage = 'client.manage';
  const registered = await seenFor(leaver, manage, { act: 'register', ...terms });
  const client = await leaver.post('/v1/clients', { ...terms, approval: registered });
  const machine = textIn(well(client).body, 'id');
  const kind = 'api-key';
  const keyed = await seenFor(leaver, manage, { act: 'key', client: machine, kind });
  const key = well(await leaver.post(`/v1/clients/${machine}/keys`, { kind, approval: keyed }));
  const apiKey = textIn(key.body, 'secret');
  const askAs = (hand: DoorHand) => hand.get(`/v1/cases/${first.caseId}`, { token: apiKey });
  const nobody = [new DoorHand(world), new DoorHand(world, door)] as const;
  for (const hand of nobody) expect((await askAs(hand)).status).toBe(200);
  const wish = { act: 'reset', staff: await idOf(leaver) };
  const asked = { kind: 'staff.manage', order: wish, why };
  const approval = textIn(well(await leaver.post('/v1/approvals', asked)).body, 'id');
  for (const hand of [leaver, there]) well(await hand.get('/v1/sessions/current'));

  const admin = await at('administrator');
  const left = await admin.put(`/v1/staff/${await idOf(leaver)}/state`, { to: 'left' });
  well(left);
  // Asked at once: neither replica keeps in memory who may come in.
  const refused = await Promise.all([
    ...[leaver, there].map((hand) => hand.get('/v1/sessions/current')),
    ...nobody.map(askAs),
  ]);
  expect(refused.map(({ status }) => status)).toEqual([401, 401, 401, 401]);
  const security = await at('security-officer');
  const decision = `/v1/approvals/${approval}/decision`;
  expect((await security.post(decision, { give: true, why })).code).toBe(
    'access.approval_not_open',
  );
  const again = { login: 'second-admin', password: word };
  expect(await new DoorHand(world).post('/v1/sessions', again)).toMatchObject({ status: 401 });
}
