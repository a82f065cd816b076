/**
 * The judges: pdfsig and qpdf for the PDF, openssl for CMS and stamps, Go's x/mod for the log.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

import { type CutSignature, cutSignatures } from './signatures.ts';
import { ask } from './tools-of-others.ts';

export interface Case {
  /** What the demo wrote. */
  readonly folder: string;
  /** Where a judge may write. */
  readonly scratch: string;
  readonly documents: readonly string[];
}

export interface Row {
  readonly judge: string;
  readonly about: string;
  readonly verdict: 'accepted' | 'refused' | 'skipped';
  readonly detail: string;
}

interface Judge {
  readonly name: string;
  readonly program: string;
  readonly aptPackage?: string;
  judge(about: Case): Row[];
}

/** The contract bears the borrower's signature and the lender's seal. */
const contractSignaturesMin = 2;

export const judges: readonly Judge[] = [
  { name: 'pdfsig', program: 'pdfsig', aptPackage: 'poppler-utils', judge: byPdfsig },
  { name: 'qpdf', program: 'qpdf', aptPackage: 'qpdf', judge: byQpdf },
  { name: 'openssl', program: 'openssl', aptPackage: 'openssl', judge: byOpenssl },
  { name: 'go x/mod tlog', program: 'go', judge: byGo },
  { name: 'torchwood', program: 'go', judge: byTorchwood },
];

function byPdfsig(about: Case): Row[] {
  return about.documents.flatMap((name) => {
    const path = join(about.folder, name);
    const cut = existsSync(path) ? cutSignatures(readFileSync(path)) : undefined;
    // NSS knows no time stamps over documents; openssl judges those.
    const there = cut === undefined ? -1 : cut.filter(({ isStamp }) => !isStamp).length;
    const wanted = name === 'contract.pdf' ? contractSignaturesMin : 0;
    if (there < wanted) return [refused('pdfsig', name, `${Math.max(there, 0)} signatures`)];
    if (there <= 0) return [];
    // Trust is ours to state (a TEST CA), so that only the mathematics is asked here.
    const { text } = ask('pdfsig', ['-nocert', path]);
    const valid = text.split('Signature Validation: Signature is Valid.').length - 1;
    const detail = `${valid} of ${there} signatures valid`;
    return [valid === there ? accepted('pdfsig', name, detail) : refused('pdfsig', name, text)];
  });
}

function byQpdf(about: Case): Row[] {
  return about.documents.map((name) => {
    const { code, text } = ask('qpdf', ['--check', join(about.folder, name)]);
    const clean = code === 0 && text.includes('No syntax or stream encoding errors found');
    return clean ? accepted('qpdf', name, 'clean') : refused('qpdf', name, text);
  });
}

function byOpenssl(about: Case): Row[] {
  return about.documents.flatMap((name) => {
    const path = join(about.folder, name);
    if (!existsSync(path)) return [refused('openssl cms', name, 'the file is not there')];
    return cutSignatures(readFileSync(path)).flatMap((signature, at) =>
      bySignature({ about, signature, place: `${name} signature ${at + 1}`, at }),
    );
  });
}

function bySignature(one: {
  about: Case;
  signature: CutSignature;
  place: string;
  at: number;
}): Row[] {
  const { about, signature, place } = one;
  const file = (ending: string) => join(about.scratch, `signature.${ending}`);
  writeFileSync(file('cms'), signature.cms);
  writeFileSync(file('content'), signature.content);
  writeFileSync(file('value'), signature.value);
  const anchors = anchorsFor(about);
  if (signature.isStamp) return [byStamp(place, anchors, [file('cms'), file('content')])];
  if (signature.stamp === undefined) return [refused('openssl ts', place, 'no stamp')];
  writeFileSync(file('stamp'), signature.stamp);

  const stampRow = byStamp(place, anchors, [file('stamp'), file('value')]);

  const at = stampSeconds(file('stamp'));
  const cms = ['cms', '-verify', '-binary', '-cades', '-inform', 'DER', '-in', file('cms')];
  const over = ['-content', file('content'), '-out', '/dev/null', '-CAfile', anchors];
  const time = ['-attime', String(at), '-purpose', 'any', '-partial_chain'];
  const verified = ask('openssl', [...cms, ...over, ...time]);
  const detail = `at ${at}: ${verified.text.trim()}`;
  return [row('openssl cms', place, verified.code === 0, detail), stampRow];
}

function byStamp(place: string, anchors: string, [token, data]: [string, string]): Row {
  const ts = ['ts', '-verify', '-token_in', '-in', token, '-data', data];
  const { text } = ask('openssl', [...ts, '-CAfile', anchors, '-partial_chain']);
  const isStamped = text.includes('Verification: OK');
  return row('openssl ts', place, isStamped, isStamped ? 'OK' : text);
}

/** The stamp's time as openssl itself reads it, in seconds since 1970. */
function stampSeconds(path: string): number {
  const { text } = ask('openssl', [
    'ts',
    '-reply',
    '-token_in',
    '-in',
    path,
    '-token_out',
    '-text',
  ]);
  const words = /Time stamp: (.*)$/m.exec(text)?.[1] ?? '';
  return Math.floor(Date.parse(words) / 1000);
}

function anchorsFor(about: Case): string {
  const path = join(about.scratch, 'anchors.pem');
  const names = ['ca.pem', 'tsa.pem'].map((name) => join(about.folder, 'trust', name));
  writeFileSync(path, names.map((name) => readFileSync(name, 'utf8')).join('\n'));
  return path;
}

function byGo(about: Case): Row[] {
  const program = join(about.scratch, 'tlog');
  const built = ask('go', ['build', '-o', program, '.'], 'conformance/tlog');
  if (built.code !== 0) {
    // Without the module x/mod there is nothing to judge with; that is no fault of the package.
    const detail = `the judge could not be built: ${lastLine(built.text)}`;
    return [{ judge: 'go x/mod tlog', about: 'package.zip', verdict: 'skipped', detail }];
  }
  const logs = join(about.folder, 'trust', 'logs');
  const keys = readdirSync(logs)
    .filter((name) => name.endsWith('.vkey'))
    .map((name) => join(logs, name));
  const files = [join(about.folder, 'package.zip'), ...keys];
  const { code, text } = ask(
    program,
    files.map((path) => resolve(path)),
  );
  const proofs = text.split('\n').filter((line) => line.startsWith('accepted ')).length;
  const detail = code === 0 ? `${proofs} proofs` : text;
  return [row('go x/mod tlog', 'package.zip', code === 0, detail)];
}

/** The package's proofs under the policy of its log, as the trust folder prints it. */
function byTorchwood(about: Case): Row[] {
  const judge = 'torchwood';
  const program = join(about.scratch, 'strangers');
  const built = ask('go', ['build', '-o', program, '.'], 'conformance/strangers');
  if (built.code !== 0) {
    const detail = `the judge could not be built: ${lastLine(built.text)}`;
    return [{ judge, about: 'package.zip', verdict: 'skipped', detail }];
  }
  const logs = join(about.folder, 'trust', 'logs');
  const policies = readdirSync(logs).filter((name) => name.endsWith('.policy'));
  const answers = policies.map((name) =>
    ask(program, ['package', join(logs, name), join(about.folder, 'package.zip')]),
  );
  // A house has a log for each institution; the package is of one of them.
  const good = answers.find(({ code }) => code === 0);
  return [row(judge, 'package.zip', good !== undefined, good?.text ?? answers[0]?.text ?? 'none')];
}

function row(judge: string, about: string, ...[isGood, detail]: [boolean, string]): Row {
  return isGood ? accepted(judge, about, lastLine(detail)) : refused(judge, about, detail);
}

function accepted(judge: string, about: string, detail: string): Row {
  return { judge, about, verdict: 'accepted', detail };
}

function refused(judge: string, about: string, detail: string): Row {
  return { judge, about, verdict: 'refused', detail: detail.trim().replaceAll('\n', ' / ') };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
