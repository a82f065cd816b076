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
  const answer = await asked({ verb: 'judge', order });
  if ('judged' in answer) return answer.judged;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

export async function trustFacts(trust: TrustMaterial): Promise<TrustFacts> {
  const answer = await asked({ verb: 'trust', trust });
  if ('facts' in answer) return answer.facts;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

export async function unpack(zip: Uint8Array): Promise<TrustMaterial> {
  const answer = await asked({ verb: 'unpack', zip });
  if ('unpacked' in answer) return answer.unpacked;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

/** The PDFs in what was judged that can be looked at, each with its revisions. */
export async function documentsIn(file: JudgedFile): Promise<readonly ShownDocument[]> {
  const answer = await asked({ verb: 'documents', file });
  if ('documents' in answer) return answer.documents;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

/** What the verifier says was changed from one revision to the other, permitted or not. */
export async function changesIn(pair: Pair): Promise<readonly Change[]> {
  const answer = await asked({ verb: 'compare', ...pair });
  if ('changes' in answer) return answer.changes;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
}

/** Is the contract, or does it hold, what both had signed, byte by byte from its beginning? */
export async function holds(file: JudgedFile, contract: RecordedContract): Promise<boolean> {
  const answer = await asked({ verb: 'holds', file, contract });
  if ('holds' in answer) return answer.holds;
  throw new Error('failed' in answer ? answer.failed : 'another answer');
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
