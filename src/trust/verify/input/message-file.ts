/**
 * Judges a signed message by itself (CMS, CAdES ETSI EN 319 122-1): attached, or detached with the
 * content handed in beside it.
 */
import { knownCertificates } from '../anchors.ts';
import { Context } from '../etsi/context.ts';
import { contentOf } from '../etsi/integrity.ts';
import { readMaterial } from '../etsi/readable.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { joinLines, linesOfEntry, type Shown } from '../report/foreign-report.ts';
import { bagOf, bagOfRecords, joined } from './bag.ts';
import { doubtsOfRecords, withRecords } from './evidence-record.ts';
import { entriesOf } from './message.ts';
import { openMessage } from './opened.ts';

export async function judgeMessageFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { findings, engine, anchors, trust, at, revocation, policies, content: given } = judging;
  const opened = findings.tried({ code: 'cms_malformed', part: name }, () =>
    openMessage(bytes, name, findings),
  );
  if (opened === undefined) return { kind: 'cms', signatures: [], notices: [] };
  const isDetached = opened.message.content === undefined;
  if (!isDetached && given !== undefined)
    findings.add('cms_malformed', name, 'it has a content of its own');
  const content = isDetached && given !== undefined ? contentOf(given, engine) : undefined;
  const { records } = judging;
  const own = bagOf(opened);
  const bag = joined([own, bagOfRecords(records)]);
  const certificates = [...bag.certificates, ...knownCertificates(anchors)];
  const ask = {
    part: name,
    opened,
    content,
    certificates,
    covers: [],
    claimed: undefined,
    policies,
  };
  const beside = { name, bytes, content: given, records, bag: own, certificates };
  const docket = await withRecords(await entriesOf(ask, engine), beside, engine);
  const material = readMaterial(bag, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const { entries, stamps } = await judgeDocket(docket, context);
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
  const notices = [...docket.notices, ...doubtsOfRecords(stamps)];
  return { kind: 'cms', ...joinLines([...lines, { signatures: [], flaws: [], notices }]) };
}
