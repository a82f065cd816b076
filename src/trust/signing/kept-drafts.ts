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
import type { DraftedTicket } from './drafting.ts';

const keptBytesMax = 64 * 1024 * 1024;

/** What an end or a newer ticket makes useless: all of one document, or of one field of it. */
interface Ended {
  readonly document: string;
  readonly field?: string;
}

export class KeptDrafts {
  /** The oldest first. */
  readonly #drafts = new Map<string, DraftedTicket>();
  #bytes = 0;

  keep(tenant: TenantId, drafted: DraftedTicket): void {
    const { document, field, id } = drafted.ticket;
    this.forget(tenant, { document, field });
    this.#drafts.set(nameOf(tenant, id), drafted);
    this.#bytes += bytesOf(drafted);
    for (const [name, oldest] of this.#drafts) {
      if (this.#bytes <= keptBytesMax) break;
      this.#drop(name, oldest);
    }
  }

  find(tenant: TenantId, id: string, now: Instant): DraftedTicket | undefined {
    const drafted = this.#drafts.get(nameOf(tenant, id));
    return drafted !== undefined && now < drafted.ticket.leaseUntil ? drafted : undefined;
  }

  forget(tenant: TenantId, ended: Ended): void {
    for (const [name, drafted] of this.#drafts) {
      const { id, document, field } = drafted.ticket;
      if (document !== ended.document || name !== nameOf(tenant, id)) continue;
      if (ended.field === undefined || ended.field === field) this.#drop(name, drafted);
    }
  }

  /** Whose lease is over is of no use and may be personal. */
  forgetBefore(now: Instant): void {
    for (const [name, drafted] of this.#drafts) {
      if (drafted.ticket.leaseUntil <= now) this.#drop(name, drafted);
    }
  }

  #drop(name: string, drafted: DraftedTicket): void {
    this.#drafts.delete(name);
    this.#bytes -= bytesOf(drafted);
  }
}

function nameOf(tenant: TenantId, id: string): string {
  return `${tenant} ${id}`;
}

function bytesOf({ on, appended }: DraftedTicket): number {
  return on.newest.bytes.length + appended.length;
}
