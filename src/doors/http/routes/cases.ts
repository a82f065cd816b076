/**
 * /v1/cases, /v1/packages, /v1/sessions: what happened, the evidence package, operators' logins.
 */
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { formatInstant } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { bodyAs, idempotencyKey, uuidIn } from '../caller.ts';
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

  // While nothing is added to the case, building twice gives the same file.
  server.post('/v1/packages', async (request, reply) => {
    idempotencyKey(request);
    const { case: caseId } = bodyAs(packing, request);
    const tenant = await callers.ofCase(request, caseId);
    return reply.status(201).send(await archive.build(tenant, caseId));
  });

  server.get<{ Params: { id: string } }>('/v1/packages/:id', async (request, reply) => {
    const id = uuidIn(request.params.id);
    const tenant = callers.tenant(request);
    // Whose it is comes first; a package of another case and none at all look the same.
    const caseId = await archive.caseOf(tenant, id);
    await callers.ofCase(request, caseId ?? 'none').catch((thrown: unknown) => {
      throw faultCode(thrown) === 'access.not_yours' ? unknownPackage(id) : thrown;
    });
    if (caseId === undefined) throw unknownPackage(id);
    const zip = await archive.read(tenant, id);
    return reply.type('application/zip').send(Buffer.from(zip));
  });
}

function unknownPackage(id: string): Fault {
  return new Fault('judicial.package_unknown', { package: id });
}
