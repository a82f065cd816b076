/**
 * Reads from a request who asks, for which tenant, and with which idempotency key.
 */
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { Json } from '#base/canonical';
import { Fault } from '#base/fault';
import { isUuid } from '#base/id';
import type { TenantId, Units } from '#base/unit';
import type { Operator, OperatorSessions } from '#business/access';
import type { Loan, LoanFile } from '#business/lending';

const keyPattern = /^[A-Za-z0-9_-]{16,64}$/;

export interface CallerParts {
  readonly units: Units;
  readonly file: LoanFile;
  readonly sessions: OperatorSessions;
  /** The institution whose domain was asked; undefined for a host nobody owns. */
  readonly tenantOf: (host: string) => TenantId | undefined;
}

export class Callers {
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  tenant(request: FastifyRequest): TenantId {
    const tenant = this.#parts.tenantOf(request.hostname);
    if (tenant === undefined) throw new Fault('access.route_unknown');
    return tenant;
  }

  /** The case whose token the borrower shows. */
  async borrower(request: FastifyRequest): Promise<{ tenant: TenantId; loan: Loan }> {
    const tenant = this.tenant(request);
    const token = bearerOf(request);
    const { units, file } = this.#parts;
    const loan = await units.run(tenant, (unit) => file.ofToken(unit, token));
    if (loan === undefined) throw new Fault('access.unauthenticated');
    return { tenant, loan };
  }

  operator(request: FastifyRequest): Operator {
    const operator = this.#parts.sessions.operatorOf(bearerOf(request));
    if (operator === undefined) throw new Fault('access.unauthenticated');
    if (operator.tenant !== this.tenant(request)) throw new Fault('access.not_yours');
    return operator;
  }

  /** A borrower sees her own case; an operator every case of the tenant. */
  async ofCase(request: FastifyRequest, caseId: string): Promise<TenantId> {
    const operator = this.#parts.sessions.operatorOf(bearerOf(request));
    if (operator !== undefined) return this.operator(request).tenant;
    const { tenant, loan } = await this.borrower(request);
    if (loan.id !== caseId) throw new Fault('access.not_yours');
    return tenant;
  }
}

export function idempotencyKey(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !keyPattern.test(key)) {
    throw new Fault('access.idempotency_key_missing');
  }
  return key;
}

/** The body as the schema says, or access.request_malformed naming the first place. */
export function bodyAs<Schema extends z.ZodType>(
  schema: Schema,
  request: FastifyRequest,
): z.infer<Schema> {
  const parsed = schema.safeParse(request.body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const at = issue?.path.map(String).join('.') ?? '';
  throw new Fault('access.request_malformed', { at, why: issue?.code ?? 'body' });
}

/** A path's id: an uuid, or there is nothing at this address. */
export function uuidIn(text: string): string {
  if (!isUuid(text)) throw new Fault('access.route_unknown');
  return text;
}

/** The body as the idempotency digest takes it. */
export function bodyJson(request: FastifyRequest): Json {
  return (request.body ?? null) as Json;
}

function bearerOf(request: FastifyRequest): string {
  const token = /^Bearer ([A-Za-z0-9_-]{16,128})$/.exec(request.headers.authorization ?? '')?.[1];
  if (token === undefined) throw new Fault('access.unauthenticated');
  return token;
}
