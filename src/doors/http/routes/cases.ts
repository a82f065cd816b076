/**
 * /v1/cases, /v1/packages, /v1/sessions: what happened, the evidence package, operators' logins.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import { bodyAs, idempotencyKey } from '../caller.ts';
import type { Desks } from '../desks.ts';

const login = z.strictObject({ login: z.string().max(64), password: z.string().max(128) });
const packing = z.strictObject({ case: z.string().regex(/^[A-Za-z0-9_-]{22}$/) });

export function caseRoutes(server: FastifyInstance, desks: Desks): void {
  const { callers, archive, sessions } = desks;

  server.post('/v1/sessions', async (request, reply) => {
    const { login: name, password } = bodyAs(login, request);
    const { token, until } = await sessions.login(name, password);
    return reply.status(201).send({ token, until: formatInstant(until) });
  });

  server.get<{ Params: { id: string } }>('/v1/cases/:id/timeline', async (request) => {
    const tenant = await callers.ofCase(request, request.params.id);
    return archive.timeline(tenant, request.params.id);
  });

  // The package's name is the digest of its content's state: building twice gives the same file.
  server.post('/v1/packages', async (request, reply) => {
    idempotencyKey(request);
    const { case: caseId } = bodyAs(packing, request);
    const tenant = await callers.ofCase(request, caseId);
    return reply.status(201).send(await archive.build(tenant, caseId));
  });

  server.get<{ Params: { id: string } }>('/v1/packages/:id', async (request, reply) => {
    const tenant = callers.tenant(request);
    const { caseId, zip } = await archive.read(tenant, request.params.id);
    await callers.ofCase(request, caseId);
    return reply.type('application/zip').send(Buffer.from(zip));
  });
}
