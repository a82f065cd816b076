/**
 * The REST face of the house under /v1: Fastify for HTTP, the gate for everything that matters.
 *
 * Only declared routes and the built pages exist. No CORS, no server field: other origins and other
 * methods meet the same refusals as everybody else.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Fault } from '#base/fault';
import { arrivedOf, checkHeaders } from './facts.ts';
import { Gate, type GateParts } from './gate.ts';
import { secure } from './headers.ts';
import * as limits from './limits.ts';
import { mountPages } from './page-routes.ts';
import type { Pages } from './pages.ts';
import { type OnBug, refuse, refuseConnection } from './refusal.ts';
import type { Declared, RouteBook } from './route-book.ts';

export interface ServerParts extends GateParts {
  readonly onBug: OnBug;
  /** A fresh name for a request, an uuid; callers hear it back. */
  readonly requestId: () => string;
  /** The built pages; without them the door is an API and nothing else. */
  readonly pages?: Pages;
}

export function buildServer(book: RouteBook, parts: ServerParts): FastifyInstance {
  const { onBug } = parts;
  const server = bareServer(parts);
  server.removeAllContentTypeParsers();
  // Bytes, not JSON: who asks is found out before anybody reads what he says.
  server.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );
  server.addHook('onRequest', async (request, reply) => {
    secure(reply, { ...sentBy(request), isDocument: false, frameOrigins: [] });
    void reply.header('x-request-id', request.id);
    checkHeaders(request);
  });
  server.setErrorHandler((thrown, request, reply) => refuse(thrown, { request, reply, onBug }));
  server.setNotFoundHandler((request, reply) => {
    const allow = book.methodsAt(request.url.split('?')[0] ?? '').join(', ');
    const known = new Fault('http.method_unknown', { allow });
    return refuse(allow === '' ? new Fault('access.route_unknown') : known, {
      request,
      reply,
      onBug,
    });
  });
  const gate = new Gate(parts);
  for (const route of book.routes) mount(server, route, gate);
  if (parts.pages !== undefined) mountPages(server, { ...parts, pages: parts.pages });
  return server;
}

function bareServer({
  onBug,
  requestId,
}: Pick<ServerParts, 'onBug' | 'requestId'>): FastifyInstance {
  const server = fastify({
    bodyLimit: limits.bodyBytesMax,
    requestTimeout: limits.requestMsMax,
    connectionTimeout: limits.silenceMsMax,
    keepAliveTimeout: limits.keepAliveMsMax,
    handlerTimeout: limits.answerMsMax,
    maxRequestsPerSocket: limits.requestsPerConnectionMax,
    http: {
      headersTimeout: limits.headersMsMax,
      maxHeaderSize: limits.headerBytesMax,
      connectionsCheckingInterval: limits.deadlineCheckMs,
    },
    routerOptions: { maxParamLength: limits.pathParameterCharactersMax },
    genReqId: requestId,
    exposeHeadRoutes: false,
    logger: false,
    // What is being answered is answered; new connections are refused by the closed port.
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    frameworkErrors: (failure, request, reply) => {
      secure(reply, { ...sentBy(request), isDocument: false, frameOrigins: [] });
      refuse(failure, { request, reply, onBug });
    },
    clientErrorHandler: (failure, socket) => refuseConnection(failure, socket, requestId()),
  });
  server.server.maxConnections = limits.connectionsMax;
  server.server.maxHeadersCount = 2 * limits.headersMax;
  let isClosing = false;
  server.addHook('onSend', async (_request, reply) => {
    if (isClosing) void reply.header('connection', 'close');
  });
  server.addHook('preClose', async () => {
    isClosing = true;
    const force = setTimeout(() => server.server.closeAllConnections(), limits.closeMsMax);
    force.unref();
  });
  return server;
}

function mount(server: FastifyInstance, route: Declared, gate: Gate): void {
  const { method, path, bytesMax } = route.head;
  server.route({
    method,
    url: path,
    bodyLimit: bytesMax ?? limits.bodyBytesMax,
    async handler(request: FastifyRequest, reply: FastifyReply) {
      const { status, media, body, frameOrigins } = await gate.answer(route, arrivedOf(request));
      const isDocument = body instanceof Uint8Array;
      if (isDocument) secure(reply, { ...sentBy(request), isDocument, frameOrigins });
      void reply.status(status).type(media);
      return reply.send(isDocument ? Buffer.from(body) : JSON.stringify(body));
    },
  });
}

function sentBy(request: FastifyRequest): { isTls: boolean; host: string } {
  return { isTls: request.protocol === 'https', host: request.hostname };
}
