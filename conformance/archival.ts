/**
 * PDF/A-3a before veraPDF: the demo's documents as they came out of the house, and one contract
 * after each thing that can be appended to it.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { archivalSteps } from '../test/signing/archival-steps.ts';
import { bringJava, isMissing } from './brought-judges.ts';
import type { Case, Row } from './judges.ts';
import { ask } from './tools-of-others.ts';

const judge = 'veraPDF';
const linePattern = /^(\S+\.pdf) (accepted|refused) (.*)$/;

export async function judgeArchival({ folder, scratch, documents }: Case): Promise<Row[]> {
  const brought = bringJava('archival');
  if (isMissing(brought)) {
    return [{ judge, about: 'PDF/A-3a', verdict: 'skipped', detail: brought.missing }];
  }
  const own = documents.map((name) => join(folder, name)).filter((path) => existsSync(path));
  const made = (await archivalSteps()).map(({ name, bytes }) => {
    const path = join(scratch, `archival-${name}.pdf`);
    writeFileSync(path, bytes);
    return path;
  });
  const files = [...own, ...made];
  const { text } = ask('java', ['-cp', brought.classPath, 'VeraPdfJudge', ...files]);
  const rows = text.split('\n').flatMap((line): Row[] => {
    const [, about, verdict, detail] = linePattern.exec(line) ?? [];
    if (about === undefined || detail === undefined) return [];
    return [{ judge, about, verdict: verdict === 'accepted' ? 'accepted' : 'refused', detail }];
  });
  if (rows.length === files.length) return rows;
  const detail = `${rows.length} of ${files.length}: ${text.slice(-500)}`;
  return [...rows, { judge, about: 'PDF/A-3a', verdict: 'refused', detail }];
}
