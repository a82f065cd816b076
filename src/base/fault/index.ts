/**
 * A refusal: a stable code, structured details, the cause kept; words are added at the door.
 *
 * A Fault is something a caller can act on. A broken promise of our own code is an assertion
 * (`assert`), which nobody catches and nobody translates.
 */
export type FaultDetails = Readonly<Record<string, string | number | boolean | null>>;

export class Fault extends Error {
  readonly code: string;
  readonly details: FaultDetails;
  /** The same request may succeed later without a change: a dependency was down or slow. */
  readonly retryable: boolean;

  constructor(
    code: string,
    details: FaultDetails = {},
    more: { cause?: unknown; retryable?: boolean } = {},
  ) {
    super(code, more.cause === undefined ? undefined : { cause: more.cause });
    this.name = 'Fault';
    this.code = code;
    this.details = details;
    this.retryable = more.retryable ?? false;
  }
}

/** The code of a Fault, or undefined for anything else that was thrown. */
export function faultCode(thrown: unknown): string | undefined {
  return thrown instanceof Fault ? thrown.code : undefined;
}

/** What Node says an error of its own was, such as ENOENT; undefined where it says nothing. */
export function errorCode(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What `read` gives, or undefined where it refuses; a broken promise of our own is thrown on. */
export function ifReadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}

export function assert(truth: unknown, sentence: string): asserts truth {
  if (!truth) throw new Error(`assertion: ${sentence}`);
}
