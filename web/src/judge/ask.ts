/** The page's line to its worker: one question, one answer, in any order. */
import type {
  Answer,
  Ask,
  Change,
  Judged,
  JudgedFile,
  Order,
  Pair,
  RecordedContract,
  ShownDocument,
  TrustFacts,
  TrustMaterial,
} from './messages.ts';

type Waiting = { readonly done: (answer: Answer) => void; readonly lost: (why: Error) => void };

const worker = new Worker(new URL('worker.ts', import.meta.url), { type: 'module' });
const waiting = new Map<number, Waiting>();
let last = 0;
/** Once the worker is lost every question is. */
let lost: Error | undefined;

worker.addEventListener('message', (event: MessageEvent<Answer>) => {
  const { id } = event.data;
  waiting.get(id)?.done(event.data);
  waiting.delete(id);
});
worker.addEventListener('error', (event) => {
  lost = new Error(event.message);
  for (const one of waiting.values()) one.lost(lost);
  waiting.clear();
});

export async function judge(order: Order): Promise<Judged> {
  return (await told('judged', { verb: 'judge', order })).judged;
}

export async function trustFacts(trust: TrustMaterial): Promise<TrustFacts> {
  return (await told('facts', { verb: 'trust', trust })).facts;
}

export async function unpack(zip: Uint8Array): Promise<TrustMaterial> {
  return (await told('unpacked', { verb: 'unpack', zip })).unpacked;
}

/** The PDFs in what was judged that can be looked at, each with its revisions. */
export async function documentsIn(file: JudgedFile): Promise<readonly ShownDocument[]> {
  return (await told('documents', { verb: 'documents', file })).documents;
}

/** What the verifier says was changed from one revision to the other, permitted or not. */
export async function changesIn(pair: Pair): Promise<readonly Change[]> {
  return (await told('changes', { verb: 'compare', ...pair })).changes;
}

/** Is the contract, or does it hold, what both had signed, byte by byte from its beginning? */
export async function holds(file: JudgedFile, contract: RecordedContract): Promise<boolean> {
  return (await told('holds', { verb: 'holds', file, contract })).holds;
}

/** The answer that tells this, or why there is none. */
async function told<Name extends string>(name: Name, question: Question) {
  const answer = await asked(question);
  if (tells(answer, name)) return answer;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

function tells<Name extends string>(
  answer: Answer,
  name: Name,
): answer is Extract<Answer, { readonly [Told in Name]: unknown }> {
  return name in answer;
}

type Question = Ask extends infer One ? (One extends Ask ? Omit<One, 'id'> : never) : never;

function asked(question: Question): Promise<Answer> {
  if (lost !== undefined) return Promise.reject(lost);
  last += 1;
  const id = last;
  return new Promise((done, failed) => {
    waiting.set(id, { done, lost: failed });
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none.
    worker.postMessage({ ...question, id });
  });
}
