/**
 * The kill drill (issue 2, done-when 6): many stories, kill -9 over all processes, and afterwards
 * nothing lost, nothing twice, nothing stuck.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { operatorLine } from '../../src/main/house/line.ts';
import type { HouseReport } from '../../src/main/verbs/fsck.ts';
import { World } from '../world.ts';
import { endsOf, houseFlaws, storyFlaws } from './agreement.ts';
import type { Answer } from './driver-files.ts';
import { drive } from './driver-order.ts';
import { fubie, type LoggedEntry, wholeLog } from './house-facts.ts';
import { Killer, type Round } from './killer.ts';

export interface DrillPlan {
  readonly seed: number;
  readonly stories: number;
  readonly apartMs: number;
  readonly rounds: number;
  /** Every so many rounds all processes die at once. */
  readonly allEvery: number;
  /** Between two rounds, by chance and at most. */
  readonly quietMsMax: number;
}

interface DrillReport {
  readonly rounds: readonly Round[];
  /** Rounds whose shot fell between a seal.intended and its seal.done, as the log itself says. */
  readonly hits: number;
  /** Of the intentions that were open at a hit: how many were broken off and signed anew. */
  readonly brokenOff: number;
  readonly flaws: readonly string[];
  readonly fsck: HouseReport;
  readonly seconds: number;
}

/** Plays the drill and answers what is wrong afterwards: lost, twice, stuck, or hardly shot at. */
export async function complaintsAfter(plan: DrillPlan): Promise<readonly string[]> {
  const { rounds, hits, flaws, fsck } = await killDrill(plan);
  const complaints = [...flaws];
  if (fsck.is !== 'sound') complaints.push(`fsck: ${JSON.stringify(fsck)}`);
  if (rounds.length !== plan.rounds) complaints.push(`only ${rounds.length} rounds`);
  if (hits < plan.rounds / 2) complaints.push(`only ${hits} rounds hit a signature`);
  return complaints;
}

/** One round in so many is not aimed: it comes when it comes. */
const unaimedEvery = 6;
/** The house builds one package while another is judged. */
const judgedTogether = 3;

async function killDrill(plan: DrillPlan): Promise<DrillReport> {
  const from = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'fubie-drill-'));
  const world = await World.open({ seed: plan.seed });
  try {
    const { rounds, answers, finished } = await shoot(world, folder, plan);
    const { estate } = world.house;
    const line = await operatorLine(estate, 'auditor');
    const flaws: string[] = finished ? [] : ['the driver says that a story failed'];
    const stories = [...answers].map(([name, told]) => ({
      name,
      folder: join(folder, name),
      told,
    }));
    for (let at = 0; at < stories.length; at += judgedTogether) {
      const some = stories.slice(at, at + judgedTogether);
      const found = await Promise.all(some.map((story) => storyFlaws(story, { estate, line })));
      flaws.push(...found.flat());
    }
    const log = await wholeLog(estate);
    const applications = [...answers.values()].flatMap(applicationIn);
    flaws.push(...(await houseFlaws(estate, log, applications)));
    const checked = await fubie(['fsck', '--var', estate.root, '--json']);
    const fsck = JSON.parse(checked.out) as HouseReport;
    const seconds = Math.round((performance.now() - from) / 1000);
    const report = { rounds, flaws, fsck, seconds, ...shotsThatHit(rounds, log) };
    print(plan, report, log);
    return report;
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
}

async function shoot(world: World, folder: string, plan: DrillPlan) {
  await mkdir(folder, { recursive: true });
  const driven = await drive(world, { folder, stories: plan.stories, apartMs: plan.apartMs });
  const killer = await Killer.open(world, world.random);
  const rounds: Round[] = [];
  try {
    for (let number = 1; number <= plan.rounds; number += 1) {
      if (!driven.running()) break;
      const aimed = number % unaimedEvery !== 0;
      const all = number % plan.allEvery === 0;
      const round = await killer.round({ aimed, all, quietMsMax: plan.quietMsMax });
      rounds.push(round);
      const { killed, backMs, open } = round;
      say(
        `round ${number}: ${open.length} seals under way, killed ${killed.join(' ')}, ${backMs} ms`,
      );
    }
    const finished = await driven.ended;
    return { rounds, finished, answers: await driven.answers() };
  } finally {
    await killer.close();
  }
}

function applicationIn(told: readonly Answer[]): string[] {
  const opened = told.find(({ step }) => step === 'case.opened')?.answer;
  const members = (opened ?? {}) as { readonly [name: string]: string };
  return members['application'] === undefined ? [] : [members['application']];
}

/** The log decides: an intention open before the shot was ended after it, or never carried out. */
function shotsThatHit(
  rounds: readonly Round[],
  log: readonly LoggedEntry[],
): { hits: number; brokenOff: number } {
  const ends = endsOf(log);
  let hits = 0;
  let brokenOff = 0;
  for (const { at, open } of rounds) {
    const later = open
      .flatMap((intended) => ends.get(intended) ?? [])
      .filter(({ entry }) => entry.type === 'attempt.void' || entry.at > at);
    if (later.length > 0) hits += 1;
    brokenOff += later.filter(({ entry }) => entry.type === 'attempt.void').length;
  }
  return { hits, brokenOff };
}

function print(plan: DrillPlan, report: DrillReport, log: readonly LoggedEntry[]): void {
  const kills = report.rounds.reduce((sum, { killed }) => sum + killed.length, 0);
  say(
    `KILL_SEED=${plan.seed}: ${plan.stories} stories, ${report.rounds.length} rounds, ` +
      `${kills} processes killed, ${report.hits} rounds between seal.intended and seal.done ` +
      `(${report.brokenOff} attempts broken off), ${log.length} entries, ${report.seconds} s`,
  );
  for (const flaw of report.flaws) say(flaw);
}

function say(text: string): void {
  process.stderr.write(`${text}\n`);
}
