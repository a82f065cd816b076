/** What a list of measurements says, without hiding the list. */
export interface Summary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
  readonly samples: readonly number[];
}

const digits = 1_000;

export function summaryOf(samples: readonly number[]): Summary {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return {
    count: samples.length,
    p50: rounded(at(0.5) ?? 0),
    p99: rounded(at(0.99) ?? 0),
    max: rounded(sorted.at(-1) ?? 0),
    samples: samples.map(rounded),
  };
}

export function rounded(value: number): number {
  return Math.round(value * digits) / digits;
}

export async function msOf(action: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await action();
  return performance.now() - began;
}

/** CPU of this whole process, all threads, in milliseconds. */
export async function cpuMsOf(action: () => Promise<unknown>): Promise<number> {
  const began = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(began);
  return (user + system) / 1_000;
}
