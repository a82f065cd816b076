/**
 * Lets programs that we did not write judge what a demo left behind, and prints one table.
 *
 * `node conformance/run.ts FOLDER`, where FOLDER is what `fubie demo --out FOLDER` wrote. A judge
 * that is not on this computer is installed by apt-get when we may (`--install` does only that, and
 * brings what tests ask besides); else its absence is a skip with a reason. Of src/ only what is
 * judged is used, to make it: a foreign judge must not lean on our own reading.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { judgeArchival } from './archival.ts';
import { bringGoModules } from './brought-judges.ts';
import { type Case, judges, type Row } from './judges.ts';
import { judgeLongTerm } from './long-term.ts';
import { judgeOfds } from './ofd.ts';
import { judgeSm2 } from './sm2.ts';
import { judgeByStranger } from './stranger.ts';
import { available, install } from './tools-of-others.ts';

/** No judges: pages are tried in the one, keys in a token with the other. */
const partsOfTests = [
  { program: 'chromium', aptPackage: 'chromium' },
  { program: 'softhsm2-util', aptPackage: 'softhsm2' },
];

const documents = ['contract.pdf', 'credit-authorisation.pdf', 'cost-sheet.pdf', 'report.pdf'];

async function main([folder]: readonly string[]): Promise<number> {
  if (folder === '--install') {
    install([...judges, ...partsOfTests]);
    bringGoModules();
    return 0;
  }
  if (folder === undefined || !existsSync(folder)) {
    console.error('usage: node conformance/run.ts FOLDER (of fubie demo --out FOLDER)');
    return 2;
  }
  const scratch = mkdtempSync(join(tmpdir(), 'fubie-conformance-'));
  try {
    const rows = [
      ...judged({ folder, scratch, documents }),
      ...(await judgeLongTerm(scratch)),
      ...(await judgeSm2(scratch)),
      ...(await judgeOfds(scratch)),
      ...(await judgeByStranger({ folder, scratch })),
      ...(await judgeArchival({ folder, scratch, documents })),
    ];
    print(rows);
    const refused = rows.filter(({ verdict }) => verdict === 'refused').length;
    const accepted = rows.filter(({ verdict }) => verdict === 'accepted').length;
    console.log(`${accepted} accepted, ${refused} refused`);
    return refused === 0 && accepted > 0 ? 0 : 1;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function judged(about: Case): Row[] {
  install(judges);
  return judges.flatMap((judge) => {
    if (available(judge.program)) return judge.judge(about);
    const detail = `${judge.program} is not on this computer and could not be installed`;
    return [{ judge: judge.name, about: 'everything', verdict: 'skipped', detail }];
  });
}

function print(rows: readonly Row[]): void {
  const width = (pick: (row: Row) => string) => Math.max(...rows.map((row) => pick(row).length));
  const judge = width((row) => row.judge);
  const about = width((row) => row.about);
  for (const row of rows) {
    const start = `${row.judge.padEnd(judge)}  ${row.about.padEnd(about)}`;
    console.log(`${start}  ${row.verdict.padEnd(8)}  ${row.detail}`);
  }
  for (const row of rows.filter(({ verdict }) => verdict === 'skipped')) {
    console.log(`SKIP ${row.judge} on ${row.about}: ${row.detail}`);
  }
}

process.exitCode = await main(process.argv.slice(2));
