/**
 * How a case begins: its one chain of evidence, its person checked, its days fixed.
 */
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { IdentityGateway, refusedByIdentity, syntheticBorrower } from '#adapters/gateways';
import { toBase64 } from '#base/bytes';
import { canonicalBytes } from '#base/canonical';
import { addSeconds } from '#base/clock';
import { faultCode } from '#base/fault';
import { checkLocally } from '#business/identity';
import { attest, attestationJson, caseFlaws, entryMessage, printEntry } from '#formats/entry';
import { demoProduct, LendingHouse } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

describe('立案', () => {
  test('S0-02 首次接触即开立证据链，此后这一案的每件事都在同一条链上，别案不在', async () => {
    const house = await LendingHouse.open();
    const { loan } = await (await house.reception.open(demoProduct))(testUnit);
    const [opened, ...more] = house.entries(loan.id);
    expect(more).toEqual([]);
    expect(opened).toMatchObject({ type: 'case.opened', seq: 0, prev: null });

    const other = await house.apply();
    const [chain, neighbour] = [house.entries(loan.id), house.entries(other.id)];
    expect(chain).toHaveLength(1);
    expect(neighbour.map(({ seq }) => seq)).toEqual(neighbour.map((_, at) => at));
    expect(new Set(neighbour.map(({ caseTag }) => caseTag))).toEqual(
      new Set([neighbour[0]?.caseTag]),
    );
    expect(neighbour[0]?.caseTag).not.toBe(opened?.caseTag);
    const cases = new Set(house.log.rows.map(({ caseId }) => caseId));
    expect(cases).toEqual(new Set([loan.id, other.id]));
  });
});

test('S1-16 每条记录都以前一条的摘要相连：改动一条，即使重新签名，后一条也会指出', async () => {
  const house = await LendingHouse.open();
  const { id } = await house.apply();
  const entries = house.entries(id);
  const chain = entries.map(printEntry);
  expect((await caseFlaws(chain, nodeEngine)).flaws).toEqual([]);
  for (const [at, entry] of entries.slice(0, -1).entries()) {
    const later = { ...entry, at: addSeconds(entry.at, 1) };
    const sig = toBase64(await house.actor.sign(entryMessage(later)));
    const altered = chain.with(at, printEntry({ ...later, sig }));
    const { flaws } = await caseFlaws(altered, nodeEngine);
    expect(flaws, entry.type).toEqual([
      { code: 'prev_differs', at: at + 1, detail: `entry ${at + 1}` },
    ]);
  }
});

describe('四要素核验', () => {
  const key = softSigner(generateSoftKey('ed25519'));
  const salt = 'AAAAAAAAAAAAAAAAAAAAAA';
  const question = {
    request: 'check-1',
    person: syntheticBorrower,
    salts: { name: salt, idNumber: salt, card: salt, phone: salt },
  };

  /** A provider that answers in words of its own, properly signed. */
  const providerSaying = (result: string) =>
    new IdentityGateway({
      key: key.publicKey,
      engine: nodeEngine,
      simulatorsAllowed: true,
      async call() {
        const statement = { v: 1, kind: 'identity.four_element', request: 'check-1', result };
        const attestation = attestationJson(await attest(statement, 'identity', key));
        return { status: 200, headers: {}, body: canonicalBytes({ attestation }) };
      },
    });

  test('S0-42 四要素核验只有约定的结果：相符、不符，或者一个编码；先在本地核对', async () => {
    for (const result of ['match', 'mismatch'] as const) {
      expect((await providerSaying(result).check(question)).result).toBe(result);
    }
    for (const result of ['一致', 'MATCH', '00', '']) {
      const code = await providerSaying(result)
        .check(question)
        .then(() => 'taken', faultCode);
      expect(code, result).toBe('gateways.answer_malformed');
    }
    const wrong = [
      [{ name: 'Wang' }, 'identity.name_malformed'],
      [{ idNumber: '990101199003070112' }, 'identity.id_number_check_digit'],
      [{ card: '9900010000000000019' }, 'identity.card_check_digit'],
      [{ phone: '1234' }, 'identity.mobile_malformed'],
    ] as const;
    for (const [changed, code] of wrong) {
      const person = { ...syntheticBorrower, ...changed };
      expect(() => checkLocally(person, 'simulated')).toThrow(code);
    }
    const house = await LendingHouse.open();
    const checked = async (person: typeof syntheticBorrower) =>
      (await house.parts.identity.check({ ...question, request: person.phone, person })).result;
    expect(await checked(syntheticBorrower)).toBe('match');
    expect(await checked(refusedByIdentity)).toBe('mismatch');
  });
});
