/** The signer's device: what it fetches, checks, signs and keeps. */

export { codeFor } from './code-message.ts';
export { phoneFaults } from './faults.ts';
export { bornKey } from './key.ts';
export { Line, type LineParts, type LineRequest, type Members, type Send, textIn } from './line.ts';
export type { Handset, Pocket } from './pocket.ts';
export { fetchShown, type Held, type PhoneParts, SigningSession } from './session.ts';
export { BorrowerStory, type StoryEnd, type StoryPlan, type Tell } from './story.ts';
