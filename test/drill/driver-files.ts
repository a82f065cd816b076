/**
 * The two files between a drill and its driver: what is to be played, and what was answered.
 */
import type { Json } from '#base/canonical';

export const driverOrderFile = 'driver.json';
export const answersFile = 'answers.jsonl';

/** One line of a story's file: durable before the story's next step began. */
export interface Answer {
  readonly at: string;
  readonly step: string;
  readonly answer: Json;
}
