/**
 * Runs the story once, on the first start of a root, and remembers where its package lies.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeText } from '../estate/secrets.ts';
import type { House } from './house.ts';

export interface StoryOutcome {
  /** The evidence package. */
  readonly package: string;
}

/** Tells one story against a running house and writes what it made into `out`. */
export type Story = (house: House, out: string) => Promise<StoryOutcome>;

const markFile = 'first-story.json';

/**
 * The mark is written after the story ended: a first start that was killed tells it again, as
 * another case.
 */
export async function runFirstStory(
  house: House,
  story: Story | undefined,
): Promise<StoryOutcome | undefined> {
  const mark = join(house.estate.root, markFile);
  const held = await readFile(mark, 'utf8').catch(() => undefined);
  if (held !== undefined) return JSON.parse(held) as StoryOutcome;
  if (story === undefined) return undefined;
  const outcome = await story(house, join(house.estate.root, 'story'));
  await writeText(mark, JSON.stringify({ package: outcome.package }));
  return outcome;
}
