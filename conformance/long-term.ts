/**
 * The signing engine before strangers: twelve people's contract at B-LTA, renewed, and one in SM2
 * alone, judged by programs that share no line with ours.
 *
 * What a judge cannot know is skipped aloud: NSS (pdfsig) no Ed25519 and no SM2, pyHanko and DSS no
 * SM2, DSS's default policy no EdDSA. Everything else it must accept.
 */
import { join } from 'node:path';

import { bringJava, bringPyHanko, isMissing } from './brought-judges.ts';
import type { Row } from './judges.ts';
import { makeContracts, manyParties, partiesMin, smParties } from './many-parties.ts';
import { ask, available } from './tools-of-others.ts';

/** The signatures of the twelve, and the two stamps over the document. */
const documentStamps = 2;
const unknownToPdfsig = 4;

export async function judgeLongTerm(scratch: string): Promise<Row[]> {
  await makeContracts(scratch);
  return [...byPdfsig(scratch), ...byPyHanko(scratch), ...byJava(scratch)];
}

function byPdfsig(folder: string): Row[] {
  if (!available('pdfsig')) return [skipped('pdfsig', manyParties, 'pdfsig is not here')];
  const { text } = ask('pdfsig', ['-nocert', join(folder, manyParties)]);
  const valid = text.split('Signature Validation: Signature is Valid.').length - 1;
  const detail = `${valid} of ${partiesMin} valid; it knows no Ed25519, no SM2, no document stamps`;
  const isGood = valid === partiesMin - unknownToPdfsig;
  return [row('pdfsig', manyParties, [isGood, detail])];
}

function byPyHanko(folder: string): Row[] {
  const brought = bringPyHanko();
  if (isMissing(brought)) return [skipped('pyHanko LTA', manyParties, brought.missing)];
  const program = join(import.meta.dirname, 'python/pyhanko_judge.py');
  const { text } = ask(brought.python, [program, join(folder, manyParties), folder]);
  return rowsIn(text, { judge: 'pyHanko LTA', about: manyParties, least: partiesMin });
}

function byJava(folder: string): Row[] {
  const brought = bringJava();
  const names = { box: 'PDFBox + BouncyCastle', dss: 'EU DSS' };
  if (isMissing(brought)) {
    return Object.values(names).map((judge) => skipped(judge, manyParties, brought.missing));
  }
  const judge = (program: string, name: string): string =>
    ask('java', ['-cp', brought.classPath, program, join(folder, name), folder]).text;
  const { box, dss } = names;
  const all = partiesMin + documentStamps;
  return [
    ...rowsIn(judge('PdfBoxJudge', manyParties), { judge: box, about: manyParties, least: all }),
    ...rowsIn(judge('PdfBoxJudge', smParties), { judge: box, about: smParties, least: 1 }),
    ...rowsIn(judge('DssJudge', manyParties), {
      judge: dss,
      about: manyParties,
      least: partiesMin,
    }),
  ];
}

/** Lines `field accepted|refused|skipped why`; fewer than there are signatures is a refusal. */
function rowsIn(
  text: string,
  asked: { readonly judge: string; readonly about: string; readonly least: number },
): Row[] {
  const { judge, about, least } = asked;
  const rows = text.split('\n').flatMap((line): Row[] => {
    const [, field, verdict, detail] = /^(\S+) (accepted|refused|skipped) (.*)$/.exec(line) ?? [];
    if (field === undefined || detail === undefined) return [];
    if (verdict !== 'accepted' && verdict !== 'refused' && verdict !== 'skipped') return [];
    return [{ judge, about: `${about} ${field}`, verdict, detail }];
  });
  if (rows.length >= least) return rows;
  return [...rows, row(judge, about, [false, `${rows.length} of ${least}: ${text.slice(-500)}`])];
}

function row(judge: string, about: string, [isGood, detail]: [boolean, string]): Row {
  return { judge, about, verdict: isGood ? 'accepted' : 'refused', detail };
}

function skipped(judge: string, about: string, detail: string): Row {
  return { judge, about, verdict: 'skipped', detail };
}
