/**
 * Judges a time-stamp token by itself (RFC 3161): whose it is and when, and with the stamped octets
 * handed in, whether it is over them.
 *
 * A token of a clock that the house's trust folder names must also be in the house's only spelling.
 */
import { equal } from '#base/bytes';
import { checkToken, parseToken } from '#formats/tsp';
import { knownCertificates } from '../anchors.ts';
import { Context } from '../etsi/context.ts';
import type { StampEntry } from '../etsi/docket.ts';
import { contentOf } from '../etsi/integrity.ts';
import { readMaterial } from '../etsi/readable.ts';
import { judgeTokenIntegrity, readToken } from '../etsi/stamp.ts';
import { judgeDocket } from '../etsi/validation.ts';
import type { Answer, Judging } from '../judging.ts';
import { joinLines, linesOfStamp, type Shown } from '../report/foreign-report.ts';
import type { Flaw, Notice } from '../report/report.ts';
import { bagOf, bagOfRecords, joined } from './bag.ts';
import { doubtsOfRecords, withRecords } from './evidence-record.ts';

interface TokenFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export async function judgeToken({ name, bytes }: TokenFile, judging: Judging): Promise<Answer> {
  const { findings, engine, anchors, at, revocation, content, records } = judging;
  const flaw = { code: 'stamp_malformed', part: name } as const;
  const token = findings.tried(flaw, () => readToken(bytes));
  if (token === undefined) return { kind: 'unknown', signatures: [], notices: [] };
  const own = bagOf({ message: token.cms, signers: [] });
  const bag = joined([own, bagOfRecords(records)]);
  const certificates = [...bag.certificates, ...knownCertificates(anchors)];
  const stamped = content === undefined ? undefined : contentOf(content, engine);
  const integrity = await judgeTokenIntegrity(token, stamped, { engine, certificates });
  const entry: StampEntry = {
    part: name,
    over: 'document',
    token,
    integrity,
    covers: [],
    of: undefined,
  };
  const material = readMaterial(bag, anchors.material);
  const context = new Context({ engine, anchors, material, revocation, at });
  const beside = { name, bytes, records, bag: own, certificates };
  const docket = await withRecords({ entries: [], stamps: [entry] }, beside, engine);
  const { stamps: judged } = await judgeDocket(docket, context);
  const stamps = judged.filter((one) => one.entry === entry);
  const flaws = await strictFlaws({ name, der: token.der }, integrity.certificate?.der, judging);
  const shown: Shown = {
    document: name,
    field: 'TSTInfo',
    covers: 'document',
    changesAfter: 'none',
    flaws,
  };
  const lines = joinLines(stamps.map((stamp) => linesOfStamp(stamp, shown)));
  const here: Notice = { code: 'stamped_data_not_here', detail: token.imprint.hashOid };
  const said = [...docket.notices, ...doubtsOfRecords(judged), ...lines.notices];
  const notices = content === undefined ? [...said, here] : said;
  return { kind: 'stamp', ...lines, notices };
}

async function strictFlaws(
  { name, der }: { readonly name: string; readonly der: Uint8Array },
  signer: Uint8Array | undefined,
  { trust, engine, findings }: Judging,
): Promise<readonly Flaw[]> {
  const { stampers, keys } = trust;
  const isOurs = stampers.some((one) => signer !== undefined && equal(one.der, signer));
  if (!isOurs || keys.length === 0) return [];
  const token = findings.tried({ code: 'stamp_malformed', part: name }, () => parseToken(der));
  if (token === undefined) return [];
  const check = { token, imprint: token.imprint, authorities: stampers, strict: true };
  const verdict = await checkToken(check, engine);
  if (verdict.is === 'valid') return [];
  return [{ code: 'stamp_wrong', part: name, detail: verdict.because }];
}
