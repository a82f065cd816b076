/**
 * The signer's room over stores in memory.
 */
import { expect } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import { Afterwards, Captures, Handwriting, Progress, Visits } from '#business/signer';
import { LendingHouse } from './lending-house.ts';
import {
  MemoryAfterwards,
  MemoryCaptures,
  MemoryCaseTokens,
  MemoryHandovers,
  MemoryObjects,
} from './signer-stores.ts';

/** A cipher whose ciphertext opens in its own place only. */
const seal = {
  seal: async (_unit: unknown, place: object, bytes: Uint8Array) =>
    utf8(JSON.stringify({ place, bytes: toHex(bytes) })),
  open: async (_unit: unknown, place: object, sealed: Uint8Array) => {
    const held: { place: object; bytes: string } = JSON.parse(fromUtf8(sealed));
    expect(held.place).toEqual(place);
    return new Uint8Array(Buffer.from(held.bytes, 'hex'));
  },
};

/** The rooms of the signer's page over one lending house. */
export async function signerRooms() {
  const house = await LendingHouse.open();
  const { parts, file, loans } = house;
  const rows = new MemoryCaptures();
  const objects = new MemoryObjects();
  const shelf = {
    newest: async () => 0,
    // The newest revision holds what keeps the signatures valid.
    read: async (_unit: unknown, _document: string, number = 3) => {
      const bytes = utf8(`%PDF ${number}`);
      const sha256 = await nodeEngine.digest('sha256', bytes);
      return { document: '', number, subject: '', bytes, sha256 };
    },
  };
  const captures = new Captures({ ...parts, file, store: rows, objects, seal });
  const handwriting = new Handwriting({ ...parts, file });
  const scores = new MemoryAfterwards(loans);
  const tokens = new MemoryCaseTokens();
  const base = { ...parts, file, shelf };
  return {
    house,
    rows,
    scores,
    captures,
    visits: new Visits({ ...parts, file, tokens, handovers: new MemoryHandovers() }),
    progress: new Progress({ ...base, captures, handwriting }),
    handwriting,
    afterwards: new Afterwards({ ...base, store: scores }),
  };
}

export type SignerRooms = Awaited<ReturnType<typeof signerRooms>>;
