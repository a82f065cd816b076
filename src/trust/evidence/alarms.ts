/**
 * The alarms of one log as its process keeps them: written when one begins, when what it says
 * changes and when it ends, not at every round in between.
 */
import type { Clock } from '#base/clock';
import type { CheckpointStore } from './ports.ts';

export class Alarms {
  readonly #store: Pick<CheckpointStore, 'alarm'>;
  readonly #clock: Clock;
  /** What each says, or that it does not stand. */
  readonly #said = new Map<string, string | undefined>();

  constructor(store: Pick<CheckpointStore, 'alarm'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Those of one kind are about these names and no others. Who was voted out is never asked again,
   * so nothing that it answers could end what an earlier run has raised about it.
   */
  async onlyAbout(kind: string, names: readonly string[]): Promise<void> {
    const start = `${kind}.`;
    const but = names.map((name) => start + name);
    await this.#store.alarm({ endsBelow: start, but, at: this.#clock.now() });
  }

  /** It stands with a detail and ends without one. */
  async note(code: string, detail: string | undefined): Promise<void> {
    if (this.#said.has(code) && this.#said.get(code) === detail) return;
    const stands = detail !== undefined;
    await this.#store.alarm({ code, detail: detail ?? '', at: this.#clock.now(), stands });
    this.#said.set(code, detail);
  }
}
