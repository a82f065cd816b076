/**
 * Stories of the people whose data it is: what they learn, take back, contest and have forgotten.
 */
import { join } from 'node:path';
import { expect } from 'vitest';
import { fromUtf8 } from '#base/bytes';
import { textIn } from '#doors/phone';
import { processFolder } from '../../src/main/estate/estate.ts';
import { Borrower } from './borrower.ts';
import { casesIn, type DesksHouse, epochFiles, rows, until, why } from './desks-house.ts';
import type { DoorHand } from './door-hand.ts';
import { he, lin } from './people.ts';
import { apply, authorise, conclude, settle, well } from './walks.ts';

const epochMsMax = 60_000;
const deletion = { kind: 'deletion', words: '请删除我的全部信息' };

export async function learnsWhatIsKnown(house: DesksHouse): Promise<void> {
  const { world, at } = house;
  const her = await apply(new Borrower(world, he));
  const known = well(await her.hand.get('/v1/me/data'));
  expect(JSON.parse(fromUtf8(known.bytes))).toMatchObject({
    format: 'fubie/personal-data/v1',
    handler: { name: expect.stringContaining('示例'), contact: expect.any(String) },
    case: { id: her.caseId, state: 'applied' },
    standing: 'open',
  });
  const fields = rows(known.body['fields']);
  for (const field of ['name', 'idNumber', 'phone', 'card', 'address'] as const) {
    const line = fields.find((one) => one['field'] === field);
    expect(line, field).toMatchObject({ value: he[field], source: 'the person herself' });
    expect(line, field).toMatchObject({
      article: expect.any(String),
      recipients: expect.any(Array),
    });
    expect(line?.['keptUntil'], field).toMatch(/^\d{4}-\d\d-\d\d$/);
  }
  expect(fields.filter((one) => one['status'] === 'not collected').length).toBeGreaterThan(0);
  expect(rows(known.body['recipients']).length).toBeGreaterThan(0);
  expect(rows(known.body['consents'])).toContainEqual(
    expect.objectContaining({
      kind: 'bank-account',
      decision: 'accepted',
      at: expect.any(String),
    }),
  );
  expect(fromUtf8(known.bytes)).not.toContain(lin.name);

  const stranger = new Borrower(world, lin);
  await stranger.open();
  const theirs = well(await stranger.hand.get('/v1/me/data'));
  expect(theirs.body['case']).toMatchObject({ id: stranger.caseId });
  for (const word of [he.name, he.idNumber, he.card, he.phone, he.address, her.caseId]) {
    expect(fromUtf8(theirs.bytes)).not.toContain(word);
  }
  const clerk = await at('nanhu-clerk');
  expect(await clerk.get('/v1/me/data')).toMatchObject({ status: 403 });
  expect(await her.hand.get('/v1/me/data', { token: 'y'.repeat(43) })).toMatchObject({
    status: 401,
  });
}

export async function takesConsentBack(house: DesksHouse): Promise<void> {
  const { world, at } = house;
  const her = await authorise(await apply(new Borrower(world, { ...he, phone: '00000000042' })));
  const shown = well(await her.hand.get('/v1/consents/credit-reporting'));
  const back = well(await her.hand.post('/v1/consents/credit-reporting/withdrawal', {}));
  expect(back.body['effect']).toBe(shown.body['withdrawal']);
  expect(textIn(shown.body, 'withdrawal').length).toBeGreaterThan(4);
  expect((await her.timeline()).at(-1)).toMatchObject({
    type: 'consent.withdrawn',
    facts: { kind: 'credit-reporting' },
  });
  expect(await her.assess()).toMatchObject({ code: 'consent.withdrawn' });
  const types = async () => (await her.timeline()).map(({ type }) => type);
  expect(await types()).not.toContain('credit.queried');
  const twice = await her.hand.post('/v1/consents/credit-reporting/withdrawal', {});
  expect(twice.code).toBe('consent.not_given');

  // She agrees to the query again, yet no machine shall decide on her: a person does.
  well(await her.consent('credit-reporting'));
  well(await her.hand.post('/v1/consents/automated-decision/withdrawal', {}));
  expect(well(await her.assess()).body['state']).toBe('in_review');
  const reviewer = await at('reviewer');
  const decision = { decision: 'approved', why: '人工核对收入与用途' };
  const clerk = await at('nanhu-clerk');
  const path = `/v1/cases/${her.caseId}/decision`;
  expect(await clerk.post(path, decision)).toMatchObject({ status: 403 });
  expect(well(await reviewer.post(path, decision)).body['state']).toBe('approved');
  expect(await types()).toContain('decision.reviewed');
}

export async function contestsMachine(house: DesksHouse): Promise<void> {
  await house.walked;
  const { appealing, at, expectValid, fetchedBy } = house;
  expect(well(await appealing.assess()).body['state']).toBe('refused');
  const reasons = well(await appealing.hand.get('/v1/me/data')).body['decisionReasons'];
  expect(reasons).toEqual(['bureau.defaults', 'score.insufficient']);
  const wish = { kind: 'review', words: '逾期已结清，请人工复核' };
  well(await appealing.hand.post('/v1/me/requests', wish));
  expect(await appealing.state()).toBe('in_review');
  const path = `/v1/decisions/${appealing.caseId}/review`;
  const officer = await at('loan-officer');
  expect((await officer.post(path, { decision: 'approved', why })).status).toBe(403);
  const reviewer = await at('reviewer');
  expect((await reviewer.post(path, { decision: 'approved', why: '' })).code).toBe(
    'access.reason_missing',
  );
  const order = { decision: 'approved', why: '逾期已结清，有银行凭证' };
  expect(well(await reviewer.post(path, order)).body['state']).toBe('approved');
  const requests = rows(well(await appealing.hand.get('/v1/me/requests')).body['requests']);
  expect(requests).toMatchObject([{ kind: 'review', standing: 'fulfilled' }]);
  await conclude(appealing);
  const types = (await appealing.timeline()).map(({ type }) => type);
  expect(types.indexOf('decision.reviewed')).toBeLessThan(types.indexOf('disbursed'));
  expect(
    (await appealing.timeline()).find(({ type }) => type === 'decision.reviewed'),
  ).toMatchObject({ facts: { outcome: 'overturned' } });
  await expectValid(well(await fetchedBy(await at('auditor'), appealing.caseId)).bytes);
}

export async function isForgottenOrRestricted(house: DesksHouse): Promise<void> {
  await house.walked;
  const { world, first, second, at } = house;
  const officer = await at('nanhu-officer');
  for (const loan of [first, second]) await settle(loan, officer);
  const keys = join(processFolder(world.house.estate, 'keystore'));
  const before = epochFiles(keys);

  const fresh = await apply(new Borrower(world, lin, { unit: 'nanhu' }));
  const text = (await fresh.hand.get('/v1/consents/marketing')).body;
  const marketing = { kind: 'marketing', sha256: textIn(text, 'sha256'), accepted: false };
  const again = fresh.hand.freshKey();
  well(await fresh.step('consents', marketing, again));
  const [document] = await fresh.documents();
  // Asked twice at once, she is erased once.
  const both = await Promise.all([1, 2].map(() => fresh.hand.post('/v1/me/requests', deletion)));
  const [gone, late] = both.toSorted((one, two) => one.status - two.status);
  expect(gone?.body).toMatchObject({ request: { standing: 'erased' } });
  expect(late?.code).toBe('privacy.erased');
  // Nothing of hers opens: no document, no stored answer, no package, no value on her timeline.
  const { hand, caseId, application } = fresh;
  const closed = await Promise.all([
    hand.get(`/v1/contracts/${document?.id}/revisions/0`),
    hand.post('/v1/packages', { case: caseId }),
    hand.post(`/v1/applications/${application}/consents`, marketing, { key: again }),
  ]);
  expect(closed.map(({ code }) => code)).toEqual(closed.map(() => 'vault.erased'));
  const entries = await fresh.timeline();
  expect(entries.at(-1)?.type).toBe('erased');
  expect(entries.flatMap(({ facts }) => Object.keys(facts))).toEqual([]);
  expect((await fresh.hand.get('/v1/me/data')).code).toBe('privacy.erased');
  const auditor = await at('auditor');
  const erased = well(await auditor.get(`/v1/cases/${fresh.caseId}`));
  expect(erased.body).toMatchObject({ personStands: 'erased', person: {} });

  await isRestricted(house, officer);

  await until(() => {
    const now = epochFiles(keys);
    return now.length > 0 && before.every((name) => !now.includes(name));
  }, epochMsMax);
  expect(well(await second.hand.get('/v1/me/data')).body['standing']).toBe('restricted');
  expect((await fresh.hand.get('/v1/me/data')).code).toBe('privacy.erased');
}

/** What two contracts under a statutory term leave open: to her and to a court, not to staff. */
async function isRestricted(house: DesksHouse, officer: DoorHand): Promise<void> {
  const { first, second, at, expectValid } = house;
  const auditor = await at('auditor');
  for (const loan of [first, second]) {
    const kept = well(await loan.hand.post('/v1/me/requests', deletion));
    expect(kept.body).toMatchObject({ request: { standing: 'restricted' } });
    expect(textIn(kept.body, 'because')).toContain('反洗钱法');
    expect(textIn(kept.body, 'until')).toMatch(/^20\d\d-\d\d-\d\d$/);
  }
  // By ordinary means staff neither read nor find them any more.
  const seen = well(await officer.get(`/v1/cases/${first.caseId}`));
  expect(seen.body).toMatchObject({ personStands: 'restricted', person: {} });
  const search = { field: 'idNumber', text: lin.idNumber };
  expect(casesIn(well(await officer.post('/v1/cases/searches', search)))).toEqual([]);
  expect((await officer.get(`/v1/cases/${first.caseId}/timeline`)).code).toBe('vault.restricted');
  expect((await officer.post('/v1/packages', { case: first.caseId })).code).toBe(
    'vault.restricted',
  );
  const unmask = { fields: ['idNumber'], purpose: 'collection', why, minutes: 5 };
  await officer.post(`/v1/cases/${first.caseId}/unmaskings`, unmask);
  expect(well(await officer.get(`/v1/cases/${first.caseId}`)).body['person']).toEqual({});
  const court = { headers: { 'x-fubie-purpose': 'court' } };
  const asCourt = await officer.post('/v1/packages', { case: first.caseId }, court);
  expect(asCourt.code).toBe('vault.restricted');
  // She herself still does, and a court gets its package from whoever says that it is for one.
  const mine = well(await first.hand.get('/v1/me/data'));
  expect(mine.body['standing']).toBe('restricted');
  expect(fromUtf8(mine.bytes)).toContain(lin.idNumber);
  expect((await first.timeline()).map(({ type }) => type)).toContain('processing.restricted');
  const contract = await first.document('loan-contract');
  expect((await first.base(contract)).length).toBeGreaterThan(1_000);
  await expectValid((await first.package()).zip);
  expect((await auditor.post('/v1/packages', { case: first.caseId })).code).toBe(
    'vault.restricted',
  );
  const packed = await auditor.post('/v1/packages', { case: first.caseId }, court);
  const { bytes } = await auditor.get(
    `/v1/packages/${textIn(well(packed).body, 'package')}`,
    court,
  );
  await expectValid(bytes);
}
