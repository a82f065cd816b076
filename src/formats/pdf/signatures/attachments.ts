/**
 * Reads the files embedded in a PDF (ISO 32000-1 §7.11.4, ISO 19005-3 §6.8): the contract's data.
 */
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { PdfFile } from '../file/file.ts';
import { decodeStream } from '../file/filters.ts';
import { attachmentsMax, depthMax, within } from '../file/limits.ts';
import { type PdfValue, textFrom } from '../file/value.ts';

export interface PdfAttachment {
  readonly name: string;
  /** Each name under which some reader shows it: that of the tree, /UF and /F. */
  readonly names: readonly string[];
  readonly mimeType: string | undefined;
  /** `Data`, `Source` …, as the file specification says. */
  readonly relationship: string | undefined;
  readonly bytes: Uint8Array;
}

export async function readAttachments(file: PdfFile, engine: Engine): Promise<PdfAttachment[]> {
  const names = file.dict(file.catalog().entries.get('Names'));
  const found: [string, PdfValue][] = [];
  collectNames(file, names?.entries.get('EmbeddedFiles'), {
    found,
    steps: [],
    depth: 0,
    seen: new Set(),
  });
  const attachments: PdfAttachment[] = [];
  for (const [name, value] of found)
    attachments.push(await attachment(file, engine, [name, value]));
  return attachments;
}

const nameNodesMax = 10_000;

interface NameWalk {
  readonly found: [string, PdfValue][];
  readonly seen: Set<number>;
  /** One for each node that was looked at. */
  readonly steps: number[];
  readonly depth: number;
}

/** A name tree, ISO 32000-1 §7.9.6. */
function collectNames(file: PdfFile, node: PdfValue | undefined, walk: NameWalk): void {
  within(walk.depth, depthMax, 'depthMax');
  walk.steps.push(walk.depth);
  within(walk.steps.length, nameNodesMax, 'nameNodesMax');
  if (node?.kind === 'ref') {
    if (walk.seen.has(node.number)) throw new Fault('pdf.tree_malformed', { tree: 'names' });
    walk.seen.add(node.number);
  }
  const dict = file.dict(node);
  const pairs = file.list(dict?.entries.get('Names'));
  for (let at = 0; at + 1 < pairs.length; at += 2) {
    const key = file.resolve(pairs[at]);
    const value = pairs[at + 1];
    if (key.kind !== 'string' || value === undefined) throw new Fault('pdf.attachment_malformed');
    walk.found.push([textFrom(key), value]);
    within(walk.found.length, attachmentsMax, 'attachmentsMax');
  }
  for (const kid of file.list(dict?.entries.get('Kids'))) {
    collectNames(file, kid, { ...walk, depth: walk.depth + 1 });
  }
}

async function attachment(
  file: PdfFile,
  engine: Engine,
  [key, value]: [string, PdfValue],
): Promise<PdfAttachment> {
  const specification = file.dict(value);
  const embedded = file.dict(specification?.entries.get('EF'));
  const stream = file.resolve(embedded?.entries.get('UF') ?? embedded?.entries.get('F'));
  const other = file.resolve(embedded?.entries.get('F') ?? embedded?.entries.get('UF'));
  // Of two streams some readers take the one and some the other.
  if (specification === undefined || stream.kind !== 'stream' || other !== stream) {
    throw new Fault('pdf.attachment_malformed', { name: key });
  }
  const shown = ['UF', 'F'].flatMap((entry) => {
    const held = file.resolve(specification.entries.get(entry));
    return held.kind === 'string' ? [textFrom(held)] : [];
  });
  return {
    name: shown[0] ?? key,
    names: [...new Set([key, ...shown])],
    mimeType: nameOrNone(file.resolve(stream.dict.entries.get('Subtype'))),
    relationship: nameOrNone(file.resolve(specification.entries.get('AFRelationship'))),
    bytes: await decodeStream(stream, { engine }, (one) => file.resolve(one)),
  };
}

function nameOrNone(value: PdfValue): string | undefined {
  return value.kind === 'name' ? value.name : undefined;
}
