/**
 * Whose turn it is: tenants that have something to do are asked often, all others now and then.
 *
 * A tenant is brisk once it is named to `wake`, and for a while after each turn in which it had
 * work, so that what is tried again soon is not waited for. Nothing is lost if nobody wakes it:
 * every tenant is asked at each round of all.
 */
import type { TenantId } from '#base/unit';

const roundMs = 1_000;
const briskMs = 100;
const briskForMs = 5_000;

export interface TurnParts {
  readonly ids: () => Promise<readonly TenantId[]>;
  /** One turn of a tenant; answers whether it had anything to do. */
  readonly turn: (tenant: TenantId) => Promise<boolean>;
  /** Milliseconds that only grow. */
  readonly now: () => number;
}

export class Turns {
  readonly #parts: TurnParts;
  readonly #brisk = new Map<TenantId, number>();
  #roundAt = 0;
  #woken: (() => void) | undefined;

  constructor(parts: TurnParts) {
    this.#parts = parts;
  }

  wake(tenant: TenantId): void {
    this.#brisk.set(tenant, this.#parts.now() + briskForMs);
    this.#woken?.();
  }

  /** One pass over those whose turn it is. */
  async pass(): Promise<void> {
    const { ids, turn, now } = this.#parts;
    const isRound = now() >= this.#roundAt;
    const tenants = isRound ? await ids() : [...this.#brisk.keys()];
    if (isRound) this.#roundAt = now() + roundMs;
    for (const tenant of tenants) {
      if (await turn(tenant)) this.#brisk.set(tenant, now() + briskForMs);
      else if ((this.#brisk.get(tenant) ?? 0) <= now()) this.#brisk.delete(tenant);
    }
  }

  /** Waits for the next turn: until somebody is woken, a moment while somebody is brisk. */
  async rest(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const left = Math.max(0, this.#roundAt - this.#parts.now());
    const ms = this.#brisk.size > 0 ? Math.min(briskMs, left) : left;
    await new Promise<void>((resume) => {
      const timer = setTimeout(resume, ms);
      this.#woken = () => {
        clearTimeout(timer);
        resume();
      };
      stop.addEventListener('abort', this.#woken, { once: true });
    });
    if (this.#woken !== undefined) stop.removeEventListener('abort', this.#woken);
    this.#woken = undefined;
  }
}
