/**
 * The same routes over TLS 1.3 (RFC 8446), on every interface; anything older is refused.
 */
import { createServer } from 'node:https';
import type { FastifyInstance } from 'fastify';
import * as limits from './limits.ts';
import { refuseConnection } from './refusal.ts';

/** What the TLS face shows; PEM. */
export interface TlsIdentity {
  readonly key: string;
  readonly chain: string;
}

/** A TLS listener beside the server's own. */
export interface TlsListening {
  readonly port: number;
  close(): Promise<void>;
}

export async function listenTls(
  server: FastifyInstance,
  identity: TlsIdentity,
  at: { readonly host: string; readonly port: number; readonly requestId: () => string },
): Promise<TlsListening> {
  await server.ready();
  const { key, chain } = identity;
  const secure = createServer({
    key,
    cert: chain,
    minVersion: 'TLSv1.3',
    handshakeTimeout: limits.headersMsMax,
    headersTimeout: limits.headersMsMax,
    requestTimeout: limits.requestMsMax,
    keepAliveTimeout: limits.keepAliveMsMax,
    maxHeaderSize: limits.headerBytesMax,
    connectionsCheckingInterval: limits.deadlineCheckMs,
  });
  secure.maxConnections = limits.connectionsMax;
  secure.maxRequestsPerSocket = limits.requestsPerConnectionMax;
  secure.maxHeadersCount = 2 * limits.headersMax;
  secure.timeout = limits.silenceMsMax;
  secure.on('request', (request, response) => server.routing(request, response));
  secure.on('clientError', (failure, socket) => refuseConnection(failure, socket, at.requestId()));
  await new Promise<void>((resolve, reject) => {
    secure.once('error', reject);
    secure.listen({ host: at.host, port: at.port }, resolve);
  });
  const address = secure.address();
  const port = typeof address === 'object' && address !== null ? address.port : at.port;
  return {
    port,
    async close() {
      const closed = new Promise<void>((resolve) => secure.close(() => resolve()));
      secure.closeIdleConnections();
      const force = setTimeout(() => secure.closeAllConnections(), limits.closeMsMax);
      await closed;
      clearTimeout(force);
    },
  };
}
