/**
 * Issue 3, done-when 1, as a story of tests: odd values go in by the API, are found with the keys
 * and by nothing else, and those of the erased are found by nobody any more.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { seededRandom } from '#base/random';
import { wrapsName } from '../../src/main/copies/back-up.ts';
import type { Person } from '../journeys/people.ts';
import { CanaryDrill, type Known, keysFrom, opensWith, RemainingKeys } from './canary-drill.ts';
import { openedBackup, rowsIn, searchFiles, searchProcesses } from './canary-places.ts';
import { CanarySearch } from './canary-search.ts';
import { type Spelling, spellingsOf } from './canary-spellings.ts';
import { canaryPersons, valuesOf } from './canary-values.ts';
import type { HouseHand } from './restored-house.ts';

const drillMsMax = 30 * 60_000;
/** Nobody shares a value with so many others here. */
const countersMax = 8;
const filesMin = 900;
const searchedBytesMin = 40_000_000;

export interface CanaryPlan {
  readonly seed: number;
  readonly personsCount: number;
  readonly erasedCount: number;
  /** So many go on to sign, with telephones of their own, until they are paid. */
  readonly signersCount: number;
}

export function tellCanaryStory(plan: CanaryPlan): void {
  describe(`${5 * plan.personsCount} 个值的金丝雀，其中 ${plan.signersCount} 人签约`, () => {
    const story = new Story(plan);
    beforeAll(() => story.begin(), drillMsMax);
    afterAll(() => story.end(), drillMsMax);
    tellSearch(story);
    tellRestore(story);
    tellErased(story);
  });
}

/** What one chapter hands to the next. */
class Story {
  readonly plan: CanaryPlan;
  readonly folder = mkdtempSync(join(tmpdir(), 'fubie-can-'));
  readonly persons: readonly Person[];
  readonly values: readonly string[];
  readonly search: CanarySearch;
  known: readonly Known[] = [];
  erased: readonly Known[] = [];
  house = '';
  #drill: CanaryDrill | undefined;

  constructor(plan: CanaryPlan) {
    this.plan = plan;
    this.persons = canaryPersons(seededRandom(plan.seed), plan.personsCount);
    this.values = valuesOf(this.persons);
    this.search = new CanarySearch(this.values.flatMap((value) => spellingsOf(value)));
  }

  get drill(): CanaryDrill {
    if (this.#drill === undefined) throw new Error('the house did not open');
    return this.#drill;
  }

  get restored(): HouseHand {
    if (this.drill.restored === undefined) throw new Error('nothing was restored');
    return this.drill.restored;
  }

  /** Those who will be erased. */
  get leaving(): readonly Person[] {
    return this.persons.slice(0, this.plan.erasedCount);
  }

  async begin(): Promise<void> {
    // Temporary files of every process, PostgreSQL's sockets among them, lie in sight.
    vi.stubEnv('TMPDIR', this.folder);
    this.#drill = await CanaryDrill.open(this.folder, this.plan.signersCount > 0);
    await this.drill.admit(this.persons, this.plan.signersCount);
  }

  async end(): Promise<void> {
    await this.#drill?.close();
    vi.unstubAllEnvs();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Which values stand in what the vault of a house opens. */
  async opened(house: HouseHand): Promise<ReadonlySet<string>> {
    const known = await this.drill.known(house);
    if (house === this.drill.old) this.known = known;
    const text = Buffer.from(known.flatMap((one) => one.values).join('\n'));
    return new Set(this.search.in('vault', text).map(({ value }) => value));
  }
}

function tellSearch(story: Story): void {
  test('有钥匙：每一个值都找得到；少一个，后面的都不算数', async () => {
    expect(story.values.length).toBe(5 * story.plan.personsCount);
    expect(await story.opened(story.drill.old)).toEqual(new Set(story.values));
  });

  test(
    'S1-21 没有钥匙：运行中的进程与全部文件里一个也没有',
    () => {
      const { drill, search, folder } = story;
      const pids = drill.old.world.processes.flatMap(({ pid }) => (pid === null ? [] : [pid]));
      expect(searchProcesses(search, pids)).toEqual([]);
      const { found, files, bytes } = searchFiles(search, folder, [drill.old.root]);
      expect(files).toBeGreaterThan(filesMin);
      expect(bytes).toBeGreaterThan(searchedBytesMin);
      expect(found).toEqual([]);
    },
    drillMsMax,
  );
}

function tellRestore(story: Story): void {
  test(
    '删除若干人、换纪元之后，用删除之前的备份恢复',
    async () => {
      const { drill, known, leaving, plan } = story;
      story.erased = leaving.flatMap(({ idNumber }) =>
        known.filter((one) => one.values.some((value) => value.includes(idNumber))),
      );
      expect(story.erased.length).toBe(plan.erasedCount);
      expect(new Set(story.erased.map(({ tenant }) => tenant)).size).toBe(2);
      story.house = await drill.backUpThenErase(story.erased);
      await drill.old.stop();
      const report = await drill.restore(story.house);
      expect(report.subjects.erased).toBeGreaterThanOrEqual(plan.erasedCount);
    },
    drillMsMax,
  );

  test(
    '备份打开之后逐行看，也没有明文',
    async () => {
      const { drill, house, search } = story;
      const keys = await drill.backupKeys();
      for (const file of [house, drill.at('media', wrapsName), drill.at('old-wraps')]) {
        for (const [name, bytes] of await openedBackup(file, keys)) {
          expect(search.in(name, bytes), name).toEqual([]);
        }
      }
    },
    drillMsMax,
  );
}

function tellErased(story: Story): void {
  test(
    '被删的人：恢复后的房子读不出，留下的每一把钥匙都打不开',
    async () => {
      const { drill, restored, values, known, house } = story;
      const gone = new Set(valuesOf(story.leaving));
      const seen = await story.opened(restored);
      expect(seen).toEqual(new Set(values.filter((value) => !gone.has(value))));
      // Of both key stores: that of the old house, and that of the restored one, an epoch later.
      const remaining = new RemainingKeys([drill.old.root, restored.root]);
      const backup = await drill.backupKeys();
      const newest = await keysFrom(drill.at('media', wrapsName), { backup, remaining });
      const before = await keysFrom(drill.at('old-wraps'), { backup, remaining });
      const rows = rowsIn((await openedBackup(house, backup)).get('rows/public.vault_value'));
      const subjects = new Set(story.erased.map(({ subject }) => subject));
      const living = known.map(({ subject }) => subject).filter((one) => !subjects.has(one));
      // Only a control that opens makes a lock that does not open worth anything.
      expect(opensWith(rows, new Set(living), newest.values())).toBeGreaterThan(living.length);
      expect(opensWith(rows, subjects, [...newest.values(), ...before.values()])).toBe(0);
      expect([...before.keys()].filter((subject) => subjects.has(subject))).toEqual([]);
    },
    drillMsMax,
  );

  test(
    '被删的人：拿着值去猜，哪个索引也认不出；在者的认得出',
    async () => {
      await story.restored.stop();
      const looking = new CanarySearch([
        ...(await tokensOf(story, story.persons.slice(-3), 'living')),
        ...(await tokensOf(story, story.leaving, 'erased')),
      ]);
      const { found } = searchFiles(looking, story.folder, [story.drill.old.root]);
      const confirmed = (which: string): number =>
        new Set(found.filter(({ as }) => as === which).map(({ value }) => value)).size;
      // Number, telephone, card and name of each, under the epochs of both houses.
      expect(confirmed('living')).toBeGreaterThanOrEqual(3 * 4);
      expect(confirmed('erased')).toBe(0);
    },
    drillMsMax,
  );

  test(
    '恢复之后，两座房子的全部文件里仍然一个明文也没有',
    () => {
      const roots = [story.drill.old.root, story.restored.root];
      expect(searchFiles(story.search, story.folder, roots).found).toEqual([]);
    },
    drillMsMax,
  );
}

async function tokensOf(
  story: Story,
  persons: readonly Person[],
  as: string,
): Promise<readonly Spelling[]> {
  const remaining = new RemainingKeys([story.drill.old.root, story.restored.root]);
  const tokens = await Promise.all(
    valuesOf(persons).map((value) => remaining.tokens(value, countersMax)),
  );
  return tokens.flat().map((bytes) => ({ value: bytes.toString('hex'), as, bytes }));
}
