/**
 * Who is at the door: a borrower holds the token of her case, an operator logs in with a password.
 *
 * Tokens are 256 random bits and only their SHA-256 is kept, so that a stolen table opens nothing.
 * Operators' passwords are kept as scrypt digests by the part that is handed in.
 */
import { toBase64Url } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';

const tokenBytes = 32;
const operatorSessionSeconds = 8 * 60 * 60;
const operatorSessionsMax = 1_000;

export interface Operator {
  readonly login: string;
  readonly tenant: TenantId;
}

/** Checks a login against the tenant's operators; undefined when login or password is wrong. */
export type OperatorCheck = (login: string, password: string) => Promise<Operator | undefined>;

export function freshToken(random: Random): string {
  return toBase64Url(random.bytes(tokenBytes));
}

/** Operators' sessions of one process; a restart asks them to log in again. */
export class OperatorSessions {
  readonly #parts: { clock: Clock; random: Random; check: OperatorCheck };
  readonly #open = new Map<string, { operator: Operator; until: Instant }>();

  constructor(parts: { clock: Clock; random: Random; check: OperatorCheck }) {
    this.#parts = parts;
  }

  async login(login: string, password: string): Promise<{ token: string; until: Instant }> {
    const operator = await this.#parts.check(login, password);
    if (operator === undefined) throw new Fault('access.unauthenticated');
    this.#forgetExpired();
    if (this.#open.size >= operatorSessionsMax) {
      throw new Fault('access.unauthenticated', { why: 'sessions' }, { retryable: true });
    }
    const token = freshToken(this.#parts.random);
    const until = addSeconds(this.#parts.clock.now(), operatorSessionSeconds);
    this.#open.set(token, { operator, until });
    return { token, until };
  }

  operatorOf(token: string): Operator | undefined {
    const session = this.#open.get(token);
    return session !== undefined && session.until > this.#parts.clock.now()
      ? session.operator
      : undefined;
  }

  #forgetExpired(): void {
    const now = this.#parts.clock.now();
    for (const [token, session] of this.#open) if (session.until <= now) this.#open.delete(token);
  }
}
