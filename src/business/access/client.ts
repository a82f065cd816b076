/**
 * A machine of a partner, known by its keys: what it may ask, from where, how often, and how
 * signed.
 */
import type { Instant } from '#base/clock';
import type { TenantId } from '#base/unit';
import type { ClientKeyKind } from './client-keys.ts';
import type { Permission } from './permission.ts';
import type { RateName } from './rate.ts';

/** A machine that may ask on its own: what it is called and what its scopes allow. */
export interface Client {
  readonly id: string;
  readonly tenant: TenantId;
  readonly name: string;
  readonly scopes: readonly Permission[];
}

/** A client behind one request. */
export interface AskingClient extends Client {
  /** The request was signed with a key of the client's own (RFC 9421). */
  readonly signed: boolean;
}

/** A client as its row holds it, with everything the door asks of its requests. */
export interface ClientRecord extends Client {
  /** `required`: an API key alone opens nothing. */
  readonly signature: 'required' | 'optional';
  /** CIDR ranges; none at all means from anywhere. */
  readonly addresses: readonly string[];
  readonly rate: RateName;
  /** Revoked for good; a partner who comes back gets another client. */
  readonly revoked: boolean;
}

/** What one is told about a client and its keys, without anything secret. */
export type ClientSummary = ClientRecord & { readonly keys: readonly ClientKeySummary[] };

/** One key of a client as people see it. */
export interface ClientKeySummary {
  readonly id: string;
  readonly kind: ClientKeyKind;
  readonly expiresAt: Instant | undefined;
  readonly revoked: boolean;
}
