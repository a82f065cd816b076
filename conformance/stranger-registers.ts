/**
 * Packages under a register that the members of the log voted: a sound one, and those in which
 * somebody counts who does not.
 */
import type { SampleHouse } from '../src/trust/verify/own/sample-trust.fixture.ts';
import { samplePackage } from '../src/trust/verify/package/sample-package.fixture.ts';
import {
  registerPackage,
  sampleRegisters,
  trusting,
} from '../src/trust/verify/package/sample-registers.fixture.ts';
import type { Mutant, NamedSound } from './stranger-cases.ts';

export async function registerMutants(
  house: SampleHouse,
): Promise<{ readonly sound: NamedSound; readonly mutants: readonly Mutant[] }> {
  const voted = await sampleRegisters(house);
  const all = await sampleRegisters(house, { quorum: 4 });
  const one = await sampleRegisters(house, { votes: 1 });
  const checkpoint = /^checkpoint\.txt$/;
  const { zip, trust } = await registerPackage(house, voted);
  const { zip: without } = await samplePackage(house, { votes: 3 });
  return {
    sound: { name: 'under a register that was voted', bytes: zip, trust },
    mutants: [
      await mutant(
        'one who was voted out',
        checkpoint,
        registerPackage(house, all, { byOld: true }),
      ),
      await mutant(
        'one who is not trusted',
        checkpoint,
        registerPackage(house, voted, { trusted: 0 }),
      ),
      await mutant('too few votes', /^(checkpoint|registers)/, registerPackage(house, one)),
      {
        name: 'registers: left out',
        part: checkpoint,
        bytes: without,
        trust: trusting(house, all, 2),
      },
    ],
  };
}

async function mutant(
  name: string,
  part: RegExp,
  made: ReturnType<typeof registerPackage>,
): Promise<Mutant> {
  const { zip: bytes, trust } = await made;
  return { name: `registers: ${name}`, part, bytes, trust };
}
