import { beforeEach, describe, expect, test } from 'vitest';
import { DecisionReview, type Loan } from '#business/lending';
import { LendingHouse } from './lending-house.ts';
import { testUnit } from './memory-stores.ts';

describe('a product whose applications a person decides on', () => {
  let house: LendingHouse;
  let loan: Loan;

  beforeEach(async () => {
    house = await LendingHouse.open();
    const version = house.parts.shelf.version.bind(house.parts.shelf);
    house.parts.shelf.version = (...asked) => {
      const product = version(...asked);
      return product && { ...product, review: 'staff' };
    };
    loan = await house.place(await house.apply(), 'credit_authorised');
    house.signedFields = ['borrower'];
  });
  const assess = async (): Promise<Loan> => {
    const order = { tenant: testUnit.tenant, caseId: loan.id };
    return (await house.assessment.assess(order))(testUnit);
  };

  test('S2-42 what the score approves waits for a person, whose word and name are on record', async () => {
    const printed = house.orders.length;
    expect((await assess()).state).toBe('in_review');
    expect(house.orders.length).toBe(printed);
    const review = new DecisionReview(house.parts, house.file);
    const reasons = ['income is proved by the cooperative'];
    const order = { tenant: testUnit.tenant, caseId: loan.id, reasons, by: 'staff-1' };
    const commit = await review.decide({ ...order, decision: 'approved' });
    expect((await commit(testUnit)).state).toBe('approved');
    // The cost sheet, and only now.
    expect(house.orders.length).toBe(printed + 1);
    const types = house.entries(loan.id).map(({ type }) => type);
    expect(types.slice(-4)).toContain('decision.reviewed');
    expect(types.at(-1)).toBe('risk.decided');
    // The same word twice is refused: the case waits for nobody any more.
    await expect(review.decide({ ...order, decision: 'refused' })).rejects.toThrow(
      'lending.out_of_order',
    );
  });
});
