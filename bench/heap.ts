/**
 * What a running process still holds after its garbage was collected: asked by Node's inspector,
 * which a signal opens on loopback and which is closed again. Growth of what is left is a leak;
 * growth of the resident set alone is garbage that nobody has collected yet.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { rounded } from './samples.ts';

const inspectorPort = 9_229;
const openTriesMax = 40;
const openEveryMs = 250;
const megabyte = 1_048_576;

/** In megabytes, after a forced collection. */
export interface Heap {
  readonly heapUsed: number;
  readonly external: number;
  readonly rss: number;
}

/** One process after the other: all would open the same port. */
export async function heapOf(pid: number): Promise<Heap> {
  process.kill(pid, 'SIGUSR1');
  const socket = await opened();
  const answers = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
    answers.get(id)?.(result);
  });
  let last = 0;
  const ask = (method: string, params: object = {}): Promise<unknown> => {
    last += 1;
    const id = last;
    const answered = new Promise<unknown>((resolve) => answers.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  await ask('HeapProfiler.enable');
  await ask('HeapProfiler.collectGarbage');
  await ask('HeapProfiler.collectGarbage');
  const expression = 'JSON.stringify(process.memoryUsage())';
  const told = (await ask('Runtime.evaluate', { expression })) as { result: { value: string } };
  const { heapUsed, external, rss } = JSON.parse(told.result.value) as Heap;
  // It closes under this very question.
  void ask('Runtime.evaluate', { expression: 'setTimeout(() => process._debugEnd(), 50)' });
  await sleep(openEveryMs);
  socket.close();
  return {
    heapUsed: rounded(heapUsed / megabyte),
    external: rounded(external / megabyte),
    rss: rounded(rss / megabyte),
  };
}

async function opened(): Promise<WebSocket> {
  const list = `http://127.0.0.1:${inspectorPort}/json/list`;
  for (let at = 0; at < openTriesMax; at += 1) {
    await sleep(openEveryMs);
    const answer = await fetch(list).catch(() => undefined);
    if (answer === undefined) continue;
    const [target] = (await answer.json()) as readonly { webSocketDebuggerUrl: string }[];
    if (target === undefined) continue;
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }));
    return socket;
  }
  throw new Error('the inspector did not open');
}
