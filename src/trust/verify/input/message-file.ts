/**
 * Judges a signed message by itself (CMS, CAdES ETSI EN 319 122-1): attached, or detached with the
 * content handed in beside it.
 */
import { Context } from '../etsi/context.ts';
import { contentOf } from '../etsi/integrity.ts';
import { readMaterial } from '../etsi/readable.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { joinLines, linesOfEntry, type Shown } from '../report/foreign-report.ts';
import { bagOf } from './bag.ts';
import { entriesOf } from './message.ts';
import { openMessage } from './opened.ts';

export async function judgeMessageFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { findings, engine, anchors, trust, at, revocation, content: given } = judging;
  const opened = findings.tried({ code: 'cms_malformed', part: name }, () =>
    openMessage(bytes, name, findings),
  );
  if (opened === undefined) return { kind: 'cms', signatures: [], notices: [] };
  const isDetached = opened.message.content === undefined;
  if (!isDetached && given !== undefined)
    findings.add('cms_malformed', name, 'it has a content of its own');
  const content = isDetached && given !== undefined ? contentOf(given, engine) : undefined;
  const bag = bagOf(opened);
  const { certificates } = bag;
  const ask = { part: name, opened, content, certificates, covers: [], claimed: undefined };
  const docket = await entriesOf(ask, engine);
  const material = readMaterial(bag, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const { entries } = await judgeDocket(docket, context);
  let signer = 0;
  const lines = entries.map((judged) => {
    if (judged.entry.isCounter !== true) signer += 1;
    const field = opened.signers.length === 1 ? 'signer' : `signer ${signer}`;
    const shown: Shown = {
      document: name,
      field,
      covers: 'document',
      changesAfter: 'none',
      flaws: [],
    };
    return linesOfEntry(judged, shown, trust);
  });
  return { kind: 'cms', ...joinLines(lines) };
}
