/**
 * Is a log convicted? Reads proofs of misbehaviour from a folder and judges each: a file convinces
 * by what it proves, not by lying there.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { NoteKey } from '#formats/tlog';
import { judgeMisbehaviour, parseMisbehaviour } from '#formats/witness';
import { namesIn } from './monitor-memory.ts';

const proofSuffix = '.misbehaviour';

/**
 * Answers why this log may sign nothing any more, or nothing. A conviction once seen stands as long
 * as the process, and while its file stands for ever.
 */
export function convictionsIn(
  folder: string,
  keys: { readonly log: NoteKey; readonly witnesses: readonly NoteKey[] },
  engine: Engine,
): () => Promise<string | undefined> {
  const judged = new Set<string>();
  let conviction: string | undefined;
  return async () => {
    if (conviction !== undefined) return conviction;
    for (const name of await namesIn(folder, proofSuffix)) {
      if (judged.has(name)) continue;
      const said = await sentenceOf(join(folder, name), keys, engine);
      judged.add(name);
      if (said === undefined) continue;
      conviction = `${name}: ${said}`;
      return conviction;
    }
    return undefined;
  };
}

async function sentenceOf(
  path: string,
  { log, witnesses }: { log: NoteKey; witnesses: readonly NoteKey[] },
  engine: Engine,
): Promise<string | undefined> {
  try {
    const accusation = parseMisbehaviour(new Uint8Array(await readFile(path)));
    const found = await judgeMisbehaviour(accusation, { logs: [log], witnesses }, engine);
    return found.is === 'proved' && found.log !== undefined ? found.detail : undefined;
  } catch (thrown) {
    // What is no proof stops no log: otherwise anybody's rubbish could.
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}
