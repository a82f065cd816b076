/**
 * The door of the process `fubie keystore`: wraps and unwraps the vault's keys, signs tickets.
 *
 * It answers everybody's questions, and takes orders about epochs only from those who show the
 * secret that lies in its folder. Seals and authorisations are made there, by whoever may open it.
 */
import { toBase64, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';
import type { SealKeys, SealStore, TicketOrder } from '#trust/keys';
import { Body, parseJson } from './asked-body.ts';
import type { Asked, Given } from './door.ts';
import { type VaultKeys, vaultRoutes } from './keystore-vault.ts';

const bodyBytesMax = 4 * 1024 * 1024;

export interface KeystoreParts {
  readonly wrapKeys: VaultKeys;
  /** Whether this is the secret of somebody whose orders about epochs are obeyed. */
  readonly isOrder: (secret: string) => boolean;
  readonly sealKeys: SealKeys;
  readonly seals: SealStore;
}

type Route = (parts: KeystoreParts, body: Body) => Promise<Json>;

const routes: Readonly<Record<string, Route>> = {
  'GET /health': async () => ({ is: 'ready' }),
  ...vaultRoutes,
  'POST /seals/certificate': async (parts, body) => {
    const seal = body.text('seal');
    const held = await parts.seals.open(body.tenant(), seal);
    if (held === undefined) throw new Fault('keys.seal_unknown', { seal });
    return { certificate: toBase64(held.certificate) };
  },
  'POST /seals/sign': async (parts, body) => {
    const order = ticketOrder(body.inner('order'));
    const signed = await parts.sealKeys.signTicket(body.json('ticket'), order);
    const { signature, authorisationSha256 } = signed;
    return {
      signature: toBase64(signature),
      authorisationSha256: toBase64(authorisationSha256),
    };
  },
};

function ticketOrder(order: Body): TicketOrder {
  const salts = order.inner('salts');
  return {
    tenant: order.text('tenant'),
    seal: order.text('seal'),
    authorisation: order.text('authorisation'),
    kind: order.text('kind'),
    intention: {
      entry: order.bytes('entry'),
      salts: { kind: salts.text('kind'), institution: salts.text('institution') },
    },
  };
}

/** Faults fly: the wire answers them with their code. */
export function keystoreHandler(
  parts: KeystoreParts,
): (asked: Omit<Asked, 'headers'>) => Promise<Given> {
  return async (asked) => {
    const route = routes[`${asked.method} ${asked.path}`];
    if (route === undefined) throw new Fault('keystore.route_unknown');
    if (asked.body.length > bodyBytesMax) throw new Fault('keystore.request_too_large');
    const body = new Body(asked.body.length === 0 ? {} : parseJson(asked.body));
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: utf8(canonical(await route(parts, body))),
    };
  };
}
