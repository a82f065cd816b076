/**
 * The key store's door for the vault: many keys and tokens in one question, and orders about
 * epochs, which need the secret of somebody who is obeyed.
 */
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { EpochOrders, IndexKind, SuiteName, TokenPurpose, WrapKeys } from '#business/vault';
import type { Body } from './asked-body.ts';

const suites: readonly SuiteName[] = ['aes-256-gcm', 'sm4-ctr-hmac-sm3'];
const purposes: readonly TokenPurpose[] = ['find', 'store', 'change'];
const kinds: readonly IndexKind[] = ['exact', 'grams', 'tail'];

/** What the key store does for the vault. */
export interface VaultKeys extends WrapKeys, EpochOrders {
  /** A keyed digest of 32 bytes under a secret of the tenant's that no change of epoch turns. */
  bind(tenant: TenantId, field: string, value: Uint8Array): Promise<Uint8Array>;
  /** Destroys every secret of a tenant that has left. */
  forget(tenant: TenantId): Promise<void>;
}

interface VaultParts {
  readonly wrapKeys: VaultKeys;
  readonly isOrder: (secret: string) => boolean;
}

type Route = (parts: VaultParts, body: Body) => Promise<Json>;

export const vaultRoutes: Readonly<Record<string, Route>> = {
  'POST /vault/wrap': async ({ wrapKeys }, body) => {
    const keys = body.list('keys').map((one) => ({
      subject: one.text('subject'),
      key: one.bytes('key'),
    }));
    const suite = body.oneOf('suite', suites);
    const { epoch, wrapped } = await wrapKeys.wrap(body.tenant(), { suite, keys });
    return { epoch, wrapped: wrapped.map(toBase64) };
  },
  'POST /vault/unwrap': async ({ wrapKeys }, body) => {
    const wrapped = body.list('wrapped').map((one) => ({
      subject: one.text('subject'),
      epoch: one.text('epoch'),
      wrapped: one.bytes('wrapped'),
    }));
    const keys = await wrapKeys.unwrap(body.tenant(), wrapped);
    return { keys: keys.map((key) => (key === undefined ? null : toBase64(key))) };
  },
  'POST /vault/tokens': async (parts, body) => {
    const asks = body.list('asks').map((one) => ({
      field: one.text('field'),
      kind: one.oneOf('kind', kinds),
      value: one.text('value'),
      from: one.count('from'),
      count: one.count('count'),
    }));
    const epoch = body.optional('epoch');
    const purpose = body.oneOf('purpose', purposes);
    // Its limit is ten thousand times the desks': for those who move epochs, not for guessing.
    if (purpose === 'change') refuseDisorder(parts, body);
    const asked = { purpose, asks, ...(epoch === undefined ? {} : { epoch }) };
    const epochs = await parts.wrapKeys.tokens(body.tenant(), asked);
    return {
      epochs: epochs.map((one) => ({ epoch: one.epoch, tokens: one.tokens.map(toBase64) })),
    };
  },
  'POST /vault/bind': async ({ wrapKeys }, body) => {
    const digest = await wrapKeys.bind(body.tenant(), body.text('field'), body.bytes('value'));
    return { digest: toBase64(digest) };
  },
  'POST /vault/epochs': async ({ wrapKeys }, body) => ({
    epochs: await wrapKeys.epochs(body.tenant()),
  }),
  'POST /vault/turn': async (parts, body) => {
    refuseDisorder(parts, body);
    return { epoch: await parts.wrapKeys.turn(body.tenant(), body.text('from')) };
  },
  'POST /vault/retire': async (parts, body) => {
    refuseDisorder(parts, body);
    await parts.wrapKeys.retire(body.tenant(), body.text('epoch'));
    return {};
  },
  'POST /vault/forget': async (parts, body) => {
    refuseDisorder(parts, body);
    await parts.wrapKeys.forget(body.tenant());
    return {};
  },
};

function refuseDisorder({ isOrder }: VaultParts, body: Body): void {
  if (!isOrder(body.optional('order') ?? '')) throw new Fault('keystore.order_refused');
}

function toBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
}
