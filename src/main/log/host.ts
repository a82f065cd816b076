/**
 * Keeps one sequencer running for every tenant of the house, each by itself.
 *
 * A log that fails is opened again after a while, and one that hangs holds up nobody: an
 * institution's evidence must not wait for the trouble of another's. What stopped it stands as an
 * alarm of its own tenant, and its silence is seen by whoever reads the heartbeat.
 */
import type { TenantId } from '#base/unit';

const lookMs = 1_000;
const restMsMin = 500;
const restMsMax = 30_000;
/** Each log holds a connection for good; more tenants want a second sequencer process. */
const logsMax = 50;

/** One tenant's log, opened. */
export interface HostedLog {
  /** Works until told to stop, or until it cannot go on. */
  run(stop: AbortSignal): Promise<void>;
  close(): Promise<void>;
}

export interface LogHostParts {
  /** The tenants that have a log now; asked again and again. */
  readonly known: () => Promise<readonly TenantId[]>;
  readonly open: (tenant: TenantId) => Promise<HostedLog>;
  /** Told what stopped a log, for the process's own log. */
  readonly onTrouble: (thrown: unknown) => void;
  readonly pause: (ms: number, stop: AbortSignal) => Promise<void>;
}

export class LogHost {
  readonly #parts: LogHostParts;
  readonly #running = new Map<TenantId, Promise<void>>();
  #warned = false;

  constructor(parts: LogHostParts) {
    this.#parts = parts;
  }

  /** Whose logs are kept running. */
  get tenants(): readonly TenantId[] {
    return [...this.#running.keys()];
  }

  async run(stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      await this.#takeUp(stop).catch(this.#parts.onTrouble);
      await this.#parts.pause(lookMs, stop);
    }
    await Promise.all(this.#running.values());
  }

  async #takeUp(stop: AbortSignal): Promise<void> {
    for (const tenant of await this.#parts.known()) {
      if (this.#running.has(tenant)) continue;
      if (this.#running.size < logsMax) this.#running.set(tenant, this.#keep(tenant, stop));
      else if (!this.#warned) {
        this.#warned = true;
        this.#parts.onTrouble(new Error(`more than ${logsMax} logs: ${tenant} has none`));
      }
    }
  }

  async #keep(tenant: TenantId, stop: AbortSignal): Promise<void> {
    let restMs = restMsMin;
    while (!stop.aborted) {
      const began = performance.now();
      try {
        await this.#live(tenant, stop);
      } catch (thrown) {
        this.#parts.onTrouble(thrown);
      }
      // Trouble that comes back at once is asked less and less often; a log that lived starts anew.
      const lived = performance.now() - began > restMsMax;
      restMs = lived ? restMsMin : Math.min(restMs * 2, restMsMax);
      await this.#parts.pause(restMs, stop);
    }
  }

  async #live(tenant: TenantId, stop: AbortSignal): Promise<void> {
    const log = await this.#parts.open(tenant);
    try {
      await log.run(stop);
    } finally {
      await log.close();
    }
  }
}
