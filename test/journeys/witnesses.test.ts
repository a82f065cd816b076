/**
 * The notary, the arbitration centre and the court as nodes of the log: what each one signs.
 */
import { expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { parseInstant } from '#base/clock';
import { cosignerOf, noteKey, printHead, printNote, signNote } from '#formats/tlog';
import { printWitnessRequest, type WitnessedHead } from '#formats/witness';
import { Witness, type WitnessMemory } from '#trust/witness';
import { processPlans, voterNames } from '../../src/main/estate/plan.ts';

const origin = 'log.fubie.test/demo';
const now = parseInstant('2026-11-21T10:00:00.000+08:00');
const clock = { now: () => now, source: 'TEST_CLOCK' };

class MemoryHeads implements WitnessMemory {
  readonly #heads: WitnessedHead[] = [];
  latest = async () => this.#heads.at(-1);
  keep = async (head: WitnessedHead): Promise<void> => void this.#heads.push(head);
  all = async () => this.#heads;
}

async function keyPair(name: string, kind: 'ed25519' | 'cosignature') {
  const signer = softSigner(generateSoftKey('ed25519'));
  return { signer, key: await noteKey({ name, kind, publicKey: signer.publicKey }, nodeEngine) };
}

test('S2-40 公证、仲裁、法院各有见证节点与密钥：核对后共同签署，另一份历史一概不签', async () => {
  const log = await keyPair(origin, 'ed25519');
  const signedHead = async (size: number, filled: number) => {
    const text = printHead({ origin, size, root: new Uint8Array(32).fill(filled) });
    const signatures = [await signNote(text, log.key, log.signer)];
    return { text, checkpoint: printNote({ text, signatures }) };
  };
  const [told, forked, rewritten] = [
    await signedHead(3, 1),
    await signedHead(3, 2),
    await signedHead(5, 3),
  ];
  for (const role of ['notary', 'arbitration', 'court'] as const) {
    expect(voterNames).toContain(role);
    const plan = processPlans.find(({ name }) => name === `witness-${role}`);
    expect(plan).toMatchObject({ verb: 'witness', keys: [{ role: 'witness' }] });

    const own = await keyPair(role, 'cosignature');
    const logOf = async (name: string) => (name === log.key.name ? log.key : undefined);
    const parts = { ...own, logOf, memory: new MemoryHeads(), clock };
    const witness = new Witness({ ...parts, engine: nodeEngine });
    const ask = (oldSize: number, { checkpoint }: typeof told) =>
      witness.addCheckpoint(printWitnessRequest({ oldSize, proof: [], checkpoint }));
    const reply = await ask(0, told);
    const [signature] = reply.is === 'cosigned' ? reply.signatures : [];
    if (signature === undefined) throw new Error(`${role} did not cosign`);
    const checked = { key: own.key, signature, engine: nodeEngine };
    expect(await cosignerOf(told.text, checked), role).toBeDefined();
    expect(await cosignerOf(forked.text, checked), role).toBeUndefined();
    expect(await ask(3, forked), role).toEqual({ is: 'conflict', size: 3 });
    expect(await ask(3, rewritten), role).toEqual({ is: 'refused', because: 'inconsistent' });
  }
});
