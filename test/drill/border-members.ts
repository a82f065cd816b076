/**
 * For tests: members of a border world's log, who vote by which rule it is run.
 */
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { logStores } from '#adapters/postgres';
import { toHex, utf8 } from '#base/bytes';
import { noteKey, printSignatures, type Rule, signNote } from '#formats/tlog';
import { printRegister, type Register, registerDigest } from '#formats/witness';
import { RegisterDesk } from '#trust/witness';
import { sentinelName, voterNames } from '../../src/main/estate/plan.ts';
import { installedRule, publishRegisters } from '../../src/main/rooms/log-rules.ts';
import { type BorderWorld, borderTenant } from './border-world.ts';

const hourSeconds = 3_600;
const millis = 1_000;
const names = ['bank.example', 'court.example', 'union.example'] as const;

export class Members {
  readonly desk: RegisterDesk;
  readonly #world: BorderWorld;
  readonly #signers = names.map((name) => ({
    name,
    signer: softSigner(generateSoftKey('ed25519')),
  }));

  constructor(world: BorderWorld) {
    this.#world = world;
    const { evidence, clock, trust } = world;
    this.desk = new RegisterDesk({
      store: logStores().registers,
      evidence,
      installed: async () => [],
      rule: () => installedRule(trust),
      digest: async (text) => toHex(await nodeEngine.digest('sha256', utf8(text))),
      engine: nodeEngine,
      clock,
    });
  }

  /** The register as it stands, then one by which the regulator votes and all voters must. */
  async registers(): Promise<readonly [Register, Register]> {
    const now = Math.floor(this.#world.clock.now() / millis);
    const members = await Promise.all(
      this.#signers.map(async ({ name, signer: { publicKey } }) => ({
        name,
        votes: true,
        key: await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine),
      })),
    );
    const [log] = await this.#world.witness('court').logs.all();
    if (log === undefined) throw new Error('a log has a key');
    const policyOf = (voters: readonly string[], threshold: number): Register['policy'] => {
      const rule = (name: string): Rule => ({ is: 'witness', name });
      const group: Rule = { is: 'group', name: 'voters', threshold, members: voters.map(rule) };
      const all = [rule(sentinelName), group];
      return {
        logs: [log.key],
        witnesses: [sentinelName, ...voters].map((name) => {
          return { name, key: this.#world.witness(name).key };
        }),
        quorum: { is: 'group', name: 'all', threshold: 2, members: all },
      };
    };
    const first: Register = {
      number: 1,
      previous: undefined,
      fromSeconds: now,
      delaySeconds: hourSeconds,
      votes: 2,
      liars: 1,
      own: [sentinelName],
      members,
      policy: policyOf(voterNames, 3),
    };
    const previous = await registerDigest(printRegister(first), nodeEngine);
    const policy = policyOf([...voterNames, 'regulator'], 5);
    const fromSeconds = now + 2 * hourSeconds;
    return [first, { ...first, number: 2, previous, fromSeconds, policy }];
  }

  /** Proposes a register and lets this many members vote; answers whether it was adopted. */
  async carry(register: Register, votes: number): Promise<boolean> {
    const { units } = this.#world;
    const text = printRegister(register);
    const { digest } = await units.run(borderTenant, this.desk.propose(text));
    let adopted = false;
    for (const { name, signer } of this.#signers.slice(0, votes)) {
      const { publicKey } = signer;
      const key = await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine);
      const line = printSignatures([await signNote(text, key, signer)]);
      ({ adopted } = await units.run(borderTenant, this.desk.vote(digest, line)));
    }
    return adopted;
  }

  /** As the worker does: what was adopted goes where every process reads it. */
  async settle(): Promise<readonly Uint8Array[]> {
    const { units, trust } = this.#world;
    const adopted = await units.run(borderTenant, (unit) => this.desk.adopted(unit));
    const notes = adopted.map((note) => utf8(note));
    await publishRegisters(trust, borderTenant, notes);
    return notes;
  }
}
