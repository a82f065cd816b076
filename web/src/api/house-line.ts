import { Line } from './line.ts';

/** An outage shorter than this is waited for without a word, in milliseconds. */
const patienceMs = 20_000;
const keyBytes = 18;

/** The line of this page to the house that served it. */
export function houseLine(): Line {
  return new Line({
    send: (path, init) => fetch(path, { ...init, credentials: 'omit', cache: 'no-store' }),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    freshKey,
    now: () => performance.now(),
    patienceMs,
  });
}

function freshKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(keyBytes));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
