/**
 * Drafted tickets between `prepare` and `seal` of one process, so that what was read, opened and
 * drawn for the first need not be read, opened and drawn again for the second.
 *
 * Nothing depends on them: a ticket is redeemed from its row by whoever does not find it here
 * (another process, this one after a start), and whatever is found here is held against its row
 * before it counts. They live as long as their leases, in memory only, and within a limit of bytes.
 */
import type { Instant } from '#base/clock';
import type { TenantId } from '#base/unit';
import { type DraftedTicket, isOver } from './drafting.ts';

const keptBytesMax = 64 * 1024 * 1024;

interface Kept {
  readonly drafted: DraftedTicket;
  /** As it was kept: its memory is given back once it is sealed. */
  readonly bytes: number;
}

/** What an end or a newer ticket makes useless: all of one document, or of one field of it. */
interface Ended {
  readonly document: string;
  readonly field?: string;
}

export class KeptDrafts {
  /** The oldest first. */
  readonly #drafts = new Map<string, Kept>();
  #bytes = 0;

  keep(tenant: TenantId, drafted: DraftedTicket): void {
    const { document, field, id } = drafted.ticket;
    this.forget(tenant, { document, field });
    const bytes = drafted.on.newest.bytes.length + drafted.appended.length;
    this.#drafts.set(nameOf(tenant, id), { drafted, bytes });
    this.#bytes += bytes;
    for (const [name, oldest] of this.#drafts) {
      if (this.#bytes <= keptBytesMax) break;
      this.#drop(name, oldest);
    }
  }

  find(tenant: TenantId, id: string, now: Instant): DraftedTicket | undefined {
    const drafted = this.#drafts.get(nameOf(tenant, id))?.drafted;
    if (drafted === undefined || isOver(drafted)) return undefined;
    return now < drafted.ticket.leaseUntil ? drafted : undefined;
  }

  forget(tenant: TenantId, ended: Ended): void {
    for (const [name, kept] of this.#drafts) {
      const { id, document, field } = kept.drafted.ticket;
      if (document !== ended.document || name !== nameOf(tenant, id)) continue;
      if (ended.field === undefined || ended.field === field) this.#drop(name, kept);
    }
  }

  /** Whose lease is over is of no use and may be personal. */
  forgetBefore(now: Instant): void {
    for (const [name, kept] of this.#drafts) {
      if (kept.drafted.ticket.leaseUntil <= now) this.#drop(name, kept);
    }
  }

  #drop(name: string, { bytes }: Kept): void {
    this.#drafts.delete(name);
    this.#bytes -= bytes;
  }
}

function nameOf(tenant: TenantId, id: string): string {
  return `${tenant} ${id}`;
}
