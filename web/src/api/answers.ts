/**
 * What the house answers to a signer's page: short names for parts of its OpenAPI document, so that
 * a member the house no longer sends does not compile here.
 */
import type { components } from './schema.d.ts';

type Answers = components['schemas'];

/** Everything a page needs to go on where the person was, on whatever device. */
export type Progress = Answers['GetCasesByIdProgressAnswer'];
/** Where a case stands, in the order of the story. */
export type Step = Progress['next'];
export type CaseDocument = Progress['documents'][number];
/** Photos: which are asked for, which are stored, which are on their way. */
export type Captures = Progress['captures'];
export type CaptureKind = Captures['asked'][number];
export type OpenIntent = NonNullable<Progress['intent']>;
export type Product = Answers['GetProductsAnswer']['products'][number];
export type ConsentText = Answers['GetConsentsByKindAnswer'];
export type ReadingAnswer = Answers['PostContractsByIdReadingAnswer'];
/** Every step of a case, with its proof. */
export type Trace = Answers['PostTracesAnswer'];
/** What a signer takes home. */
export type Receipt = Answers['PostCasesByIdReceiptsAnswer'];
