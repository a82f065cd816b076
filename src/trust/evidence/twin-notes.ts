/**
 * The log and its twin record each other's head: one entry, for the leaves of both are the same.
 *
 * It names the texts of two checkpoints of one size under both digests. Standing in both trees, it
 * fixes the SM3 head under SHA-256 and the SHA-256 head under SM3: whoever could forge one hash
 * would still have to forge the other.
 */
import { toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import type { Entry } from '#formats/entry';
import { parseHead } from '#formats/tlog';
import { twinOrigin } from '#formats/twin';
import type { Evidence, Recorded } from './evidence.ts';

/** What the two texts are called among the originals of a `log.twinned` entry. */
export const twinNoteNames = { log: 'checkpoint', twin: 'checkpoint-sm3' } as const;

/** The unsigned texts of a checkpoint of the log and of the twin's of the same size. */
export interface TwinHeads {
  readonly text: string;
  readonly twinText: string;
}

/** Records the pair in the tenant's register; evidence.root_differs if it is no pair. */
export async function noteTwin(
  unit: Unit,
  heads: TwinHeads,
  evidence: Pick<Evidence, 'note'>,
): Promise<Recorded> {
  requirePair(heads);
  const of = [
    { name: twinNoteNames.log, bytes: utf8(heads.text) },
    { name: twinNoteNames.twin, bytes: utf8(heads.twinText) },
  ];
  return evidence.note(unit, { type: 'log.twinned', disclosures: [], of });
}

/** Does this entry name exactly these two heads? Both digests of both are compared. */
export async function namesTwin(entry: Entry, heads: TwinHeads, engine: Engine): Promise<boolean> {
  if (entry.type !== 'log.twinned' || entry.of.length !== 2) return false;
  requirePair(heads);
  for (const [name, text] of [
    [twinNoteNames.log, heads.text],
    [twinNoteNames.twin, heads.twinText],
  ] as const) {
    const named = entry.of.find((original) => original.name === name);
    const [sha256, sm3] = [
      toBase64(await engine.digest('sha256', utf8(text))),
      toBase64(await engine.digest('sm3', utf8(text))),
    ];
    if (named?.sha256 !== sha256 || named.sm3 !== sm3) return false;
  }
  return true;
}

function requirePair({ text, twinText }: TwinHeads): void {
  const [log, twin] = [parseHead(text), parseHead(twinText)];
  if (twin.origin === twinOrigin(log.origin) && twin.size === log.size) return;
  throw new Fault('evidence.root_differs', { size: log.size, twin: twin.size });
}
