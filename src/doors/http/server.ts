/**
 * The REST face of the house under /v1: Fastify, problem+json, idempotent POSTs, strict headers.
 */
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Fault } from '#base/fault';
import type { Desks } from './desks.ts';
import { problemOf } from './problem.ts';
import { applicationRoutes } from './routes/applications.ts';
import { caseRoutes } from './routes/cases.ts';
import { contractRoutes } from './routes/contracts.ts';
import { intentRoutes } from './routes/intents.ts';
import { repaymentRoutes } from './routes/repayments.ts';

export const bodyBytesMax = 1024 * 1024;
const requestMsMax = 60_000;

export function buildServer(desks: Desks, onBug: (thrown: unknown) => void): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyBytesMax,
    requestTimeout: requestMsMax,
    logger: false,
    forceCloseConnections: true,
  });
  server.addHook('onSend', async (_request, reply) => {
    // No page, frame or cache may hold what this door says.
    void reply
      .header('cache-control', 'no-store')
      .header('content-security-policy', "default-src 'none'; frame-ancestors 'none'")
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer');
  });
  server.setErrorHandler((thrown, request, reply) => refuse(thrown, { request, reply, onBug }));
  server.setNotFoundHandler((request, reply) =>
    refuse(new Fault('access.route_unknown'), { request, reply, onBug }),
  );
  server.get('/v1/health', async () => ({ ok: true }));
  server.get('/v1/status', async () => desks.status());
  applicationRoutes(server, desks);
  contractRoutes(server, desks);
  intentRoutes(server, desks);
  caseRoutes(server, desks);
  repaymentRoutes(server, desks);
  return server;
}

function refuse(
  thrown: unknown,
  at: { request: FastifyRequest; reply: FastifyReply; onBug: (thrown: unknown) => void },
): FastifyReply {
  const refused = malformedRequest(thrown);
  if (!(refused instanceof Fault)) at.onBug(refused);
  const problem = problemOf(refused, at.request.id);
  return at.reply.status(problem.status).type('application/problem+json').send(problem);
}

/** Fastify's own refusals (not JSON, too large) are the caller's mistakes, not ours. */
function malformedRequest(thrown: unknown): unknown {
  if (thrown instanceof Fault) return thrown;
  const status =
    typeof thrown === 'object' && thrown !== null && 'statusCode' in thrown ? thrown.statusCode : 0;
  const isTheirs = typeof status === 'number' && status >= 400 && status < 500;
  return isTheirs ? new Fault('access.request_malformed', { status }, { cause: thrown }) : thrown;
}
