/**
 * Packages of records that their source signed in a batch: sound ones, and those of a house that
 * lies about the batch with every key of its own at hand.
 */
import { generateSoftKey, softSigner } from '#adapters/engine';
import { sm2SignatureFromDer } from '#formats/sm2';
import type { SampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import { batchLies } from '../src/trust/verify/package/batch-lies.fixture.ts';
import { otherFigures } from '../src/trust/verify/package/other-figures.fixture.ts';
import { outOfTurn } from '../src/trust/verify/package/out-of-turn.fixture.ts';
import {
  type DepositWish,
  type SourceKey,
  sampleDeposit,
} from '../src/trust/verify/package/sample-deposit.fixture.ts';
import { samplePackage } from '../src/trust/verify/package/sample-package.fixture.ts';
import {
  secondServices,
  trustingBank,
} from '../src/trust/verify/package/second-service.fixture.ts';
import { trustingFace, wordOfFace } from '../src/trust/verify/package/twice.fixture.ts';
import { whosePapers } from '../src/trust/verify/package/whose-paper.fixture.ts';
import type { Mutant, NamedSound } from './stranger-cases.ts';

const ofContract = { slot: 'contract', type: 'deposit.item', min: 1, schema: 'contract' };

export async function batchMutants(
  house: SampleHouse,
): Promise<{ readonly sound: readonly NamedSound[]; readonly mutants: readonly Mutant[] }> {
  const trust = trustingFace(house);
  const mutants: Mutant[] = [];
  for (const { name, wish } of batchLies) {
    const bytes = await sampleDeposit(house, wish);
    mutants.push({ name: `batch: ${name}`, bytes, trust, part: /^entries\/0001\.json$/ });
  }
  for (const [name, part, wish] of lies(house)) {
    mutants.push({
      name: `deposit: ${name}`,
      bytes: await sampleDeposit(house, wish),
      trust,
      part,
    });
  }
  const served = await servedTwice(house);
  return {
    sound: [
      ...served.filter(({ part }) => part === undefined),
      {
        name: 'a word of a party outside behind records',
        bytes: await sampleDeposit(house, { more: wordOfFace(house, 0) }),
        trust,
      },
      { name: 'records signed in a batch', bytes: await sampleDeposit(house), trust },
      {
        name: 'records signed in a batch with SM2',
        bytes: await sampleDeposit(house, { key: sm2Key() }),
        trust,
      },
      {
        name: 'records whose deposit is not named',
        bytes: await sampleDeposit(house, { keepsBack: 'deposit' }),
        trust,
      },
    ],
    mutants: [
      ...mutants,
      ...served.flatMap((one) => (one.part ? [{ ...one, part: one.part }] : [])),
    ],
  };
}

/** Loans in which a fact, a person, a paper stands where it belongs, and where it does not. */
async function servedTwice(house: SampleHouse) {
  const trust = trustingBank(house);
  const all: (NamedSound & { readonly part: RegExp | undefined })[] = [];
  const services = [
    ...secondServices(house),
    ...(await whosePapers(house)),
    ...outOfTurn(house),
    ...(await otherFigures(house)),
  ];
  for (const { name, flaw, wish } of services) {
    const { zip: bytes } = await samplePackage(house, wish);
    const [, part] = flaw?.split(' ') ?? [];
    all.push({ name, bytes, trust, part: part === undefined ? undefined : new RegExp(`^${part}`) });
  }
  return all;
}

/** A time as a house understands it that would rather have had it later. */
const otherHour = {
  given: '100.00',
  at: '2026-11-22T10:00:00.000+08:00',
  atMs: 1_795_312_800_000,
  zone: 'Asia/Shanghai',
};

/** What else a house could state falsely of a deposit. */
function lies(house: SampleHouse): readonly (readonly [string, RegExp, DepositWish])[] {
  const word = /^entries\/0003\.json$/;
  const text = { more: { commitments: 'all of them' } };
  return [
    ['a record of another schema in a slot', /^required-evidence\.json$/, { slot: ofContract }],
    ['a record that its source signed once', /^entries\/0002\.json$/, { again: true }],
    ['an hour that was not given', /^disclosures\/0001\.json$/, { amount: otherHour }],
    ['two lists in entry 0', /^entries\/0000\.json$/, { listAs: 'list-of-later' }],
    ['a word lent to another record', word, { more: wordOfFace(house, 0, { refersTo: 1 }) }],
    ['commitments that are none', word, { more: wordOfFace(house, 0, text) }],
  ];
}

function sm2Key(): SourceKey {
  const signer = softSigner(generateSoftKey('sm2'));
  const { publicKey } = signer;
  const sign = async (message: Uint8Array): Promise<Uint8Array> => {
    const der = await signer.sign(message);
    return sm2SignatureFromDer(der) ?? der;
  };
  return { algorithm: 'sm2-sm3', publicKey, sign };
}
