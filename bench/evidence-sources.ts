/**
 * Records that their sources have signed with P-256, made beforehand, and threads that check the
 * signatures as an admission does: the log itself never sees one that does not hold.
 */
import {
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

const threads = 2;
const chunkRecords = 100;
/** Length byte and DER signature stand in the last bytes of a record. */
const signatureRoom = 80;

interface Work {
  readonly memory: SharedArrayBuffer;
  readonly spki: Uint8Array;
  readonly recordBytes: number;
  readonly first: number;
  readonly step: number;
  readonly chunks: number;
}

/** Signed records, and the threads that check them. */
export interface SignedRecords {
  /** Hands on chunk after chunk of records whose signatures hold, as fast as they are taken. */
  checked(take: (records: readonly Uint8Array[]) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

export async function signedRecords(count: number, recordBytes: number): Promise<SignedRecords> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const memory = new SharedArrayBuffer(count * recordBytes);
  for (let at = 0; at < count; at += 1) {
    writeRecord(new Uint8Array(memory, at * recordBytes, recordBytes), privateKey);
  }
  const spki = new Uint8Array(publicKey.export({ format: 'der', type: 'spki' }));
  const chunks = count / chunkRecords;
  const workers = Array.from({ length: threads }, (_, first) => {
    const work: Work = { memory, spki, recordBytes, first, step: threads, chunks };
    return new Worker(new URL(import.meta.url), { workerData: work });
  });
  return {
    checked: async (take) => {
      await Promise.all(workers.map((worker) => follow(worker, (chunk) => take(recordsOf(chunk)))));
    },
    close: async () => void (await Promise.all(workers.map((worker) => worker.terminate()))),
  };

  function recordsOf(chunk: number): readonly Uint8Array[] {
    const start = chunk * chunkRecords;
    return Array.from({ length: chunkRecords }, (_, at) =>
      new Uint8Array(memory, (start + at) * recordBytes, recordBytes).slice(),
    );
  }
}

/** Asks for one chunk after the other until the thread has none. */
function follow(worker: Worker, take: (chunk: number) => Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (chunk: number) => {
      if (chunk < 0) resolve();
      else take(chunk).then(() => worker.postMessage('next', []), reject);
    });
    // Two asked for at once, so that the thread works while the last chunk is taken.
    worker.postMessage('next', []);
    worker.postMessage('next', []);
  });
}

function writeRecord(record: Uint8Array, key: KeyObject): void {
  const message = record.subarray(0, record.length - signatureRoom);
  message.set(randomBytes(message.length));
  const signature = sign('sha256', message, key);
  record[message.length] = signature.length;
  record.set(signature, message.length + 1);
}

function holds(record: Uint8Array, key: KeyObject): boolean {
  const end = record.length - signatureRoom;
  const length = record[end] ?? 0;
  const signature = record.subarray(end + 1, end + 1 + length);
  return verify('sha256', record.subarray(0, end), key, signature);
}

function checkChunks(work: Work): void {
  const key = createPublicKey({ key: Buffer.from(work.spki), format: 'der', type: 'spki' });
  let chunk = work.first;
  parentPort?.on('message', () => {
    if (chunk >= work.chunks) return parentPort?.postMessage(-1, []);
    for (let at = 0; at < chunkRecords; at += 1) {
      const start = (chunk * chunkRecords + at) * work.recordBytes;
      if (!holds(new Uint8Array(work.memory, start, work.recordBytes), key)) {
        throw new Error(`record ${start / work.recordBytes} is not signed`);
      }
    }
    parentPort?.postMessage(chunk, []);
    chunk += work.step;
  });
}

if (!isMainThread) checkChunks(workerData as Work);
