/** The REST face of the house. */
export { type AnswerParts, Answers } from './answers.ts';
export { type CallerParts, Callers } from './caller.ts';
export type { Archive, Desks } from './desks.ts';
export { buildServer } from './server.ts';
