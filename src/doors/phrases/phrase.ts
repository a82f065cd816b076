/**
 * One sentence in both languages that people of this house read.
 */
export interface Phrase {
  readonly zh: string;
  readonly en: string;
}
