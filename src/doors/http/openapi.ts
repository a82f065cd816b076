/**
 * The OpenAPI 3.1 document, drawn from the declared routes: what is served is what is written.
 *
 * Every refusal a route may answer stands under its status with its codes (`x-fubie-codes`). What
 * any request may meet before a route is found (405, 408, 431) stands once, under
 * `x-fubie-everywhere`. Schemas are JSON Schema 2020-12, drawn by zod.
 */
import { STATUS_CODES } from 'node:http';
import type { Json } from '#base/canonical';
import { type Schemas, schemasOf } from './openapi-schemas.ts';
import { outageCodes, statusOf } from './problem.ts';
import type { Who } from './route.ts';
import type { Declared } from './route-book.ts';

type Members = { [name: string]: Json };

const version = '1.0.0';

/** What HTTP itself or the door refuses before any route is found. */
const everywhere = [
  'access.request_malformed',
  'access.route_unknown',
  'http.headers_too_large',
  'http.host_unknown',
  'http.method_unknown',
  'http.request_late',
  'http.url_malformed',
] as const;

export function openApiOf(routes: readonly Declared[]): Json {
  const schemas = schemasOf();
  const paths: { [path: string]: Members } = {};
  for (const route of routes) {
    const path = templateOf(route.head.path);
    paths[path] = { ...paths[path], [route.head.method.toLowerCase()]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Fubie 傅别',
      version,
      description:
        'Refusals are RFC 9457 problems; `code` is stable, `detail` has both languages. ' +
        'The institution follows from the host that is asked. 所有拒绝均为 RFC 9457 问题文档。',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ head }) => head.tag))].toSorted().map((name) => ({ name })),
    paths: sorted(paths),
    components: {
      schemas: sorted({ ...schemas.components(), Problem: problemSchema }),
      responses: Object.fromEntries(
        Object.entries(common).map(([status, response]) => [`Refused${status}`, response]),
      ),
      securitySchemes,
    },
    'x-fubie-everywhere': byStatus(everywhere),
  };
}

function operation(route: Declared, schemas: Schemas): Members {
  const { head, deed, why } = route;
  const name = operationId(head);
  const body = bodyOf(head, name, schemas);
  return {
    operationId: name,
    tags: [head.tag],
    summary: `${head.summary.zh} · ${head.summary.en}`,
    parameters: parametersOf(route, schemas),
    ...(body === undefined ? {} : { requestBody: body }),
    responses: { ...success(route, name, schemas), ...refusalsOf(route) },
    security: head.who.flatMap((who) => securityOf[who]),
    'x-fubie-who': [...head.who],
    ...(head.needs === undefined ? {} : { 'x-fubie-permission': head.needs }),
    ...(head.staffNeeds === undefined ? {} : { 'x-fubie-staff-permission': head.staffNeeds }),
    'x-fubie-idempotency': deed.kind === 'once' ? 'kept' : 'none',
    ...(why === undefined ? {} : { 'x-fubie-not-kept-because': why }),
  };
}

function success({ head, deed }: Declared, name: string, schemas: Schemas): Members {
  const { status } = head.answer;
  const content: Members =
    deed.kind === 'file'
      ? { [deed.answer.media]: { schema: { type: 'string', format: 'binary' } } }
      : {
          'application/json': {
            schema: schemas.named(`${capital(name)}Answer`, deed.answer.body, 'output'),
          },
        };
  return { [status]: { description: head.summary.en, content } };
}

function bodyOf(head: Declared['head'], name: string, schemas: Schemas): Members | undefined {
  if (head.body === undefined) return undefined;
  const schema = schemas.named(`${capital(name)}Body`, head.body, 'input');
  return { required: true, content: { 'application/json': { schema } } };
}

function parametersOf({ head, deed }: Declared, schemas: Schemas): Json[] {
  const keyed: Json[] = deed.kind === 'once' ? [idempotencyParameter] : [];
  return [
    ...schemas.members(head.params).map(({ name, schema }) => {
      return { name, in: 'path', required: true, schema };
    }),
    ...schemas.members(head.query).map(({ name, schema, required }) => {
      return { name, in: 'query', required, schema };
    }),
    ...keyed,
    ...(head.who.every((who) => who === 'anyone') ? [] : [purposeParameter(head.refusals)]),
  ];
}

const idempotencyParameter: Json = {
  name: 'idempotency-key',
  in: 'header',
  required: true,
  description: 'One key, one effect: asked again with it, the same answer comes back.',
  schema: { type: 'string', pattern: '^[A-Za-z0-9_-]{16,64}$' },
};

function purposeParameter(refusals: readonly string[]): Json {
  return {
    name: 'x-fubie-purpose',
    in: 'header',
    required: refusals.includes('access.purpose_missing'),
    description: 'Why this is looked at, percent-encoded UTF-8; it stands in the access journal.',
    schema: { type: 'string', maxLength: 600 },
  };
}

/** Every code this route may answer: its own, and those of what it is. */
export function codesOf({ head, deed }: Declared): readonly string[] {
  const isKnown = head.who.some((who) => who !== 'anyone');
  const isWritten = head.method !== 'GET';
  const isCounted = head.who.includes('anyone') || head.perMinuteMax !== undefined;
  const codes = [
    ...head.refusals,
    ...everywhere.filter((code) => code !== 'http.method_unknown'),
    ...outageCodes,
    'access.internal_error',
    ...(isKnown ? ['access.unauthenticated', 'access.not_yours'] : []),
    ...(head.needs === undefined ? [] : permissionRefusals),
    ...(isCounted ? ['access.rate_exceeded'] : []),
    ...(isKnown ? machineRefusals : []),
    ...(isWritten ? writtenRefusals : []),
    ...(deed.kind === 'once' ? keyRefusals : []),
  ];
  return [...new Set(codes)].toSorted();
}

const permissionRefusals = [
  'access.not_permitted',
  'access.password_change_due',
  'access.strong_factor_needed',
];
/** Why a machine's credentials are not taken. */
const machineRefusals = [
  'access.address_refused',
  'access.client_revoked',
  'access.rate_exceeded',
  'access.signature_expired',
  'access.signature_incomplete',
  'access.signature_malformed',
  'access.signature_refused',
  'access.signature_replayed',
  'access.signature_required',
];
const writtenRefusals = [
  'base.json_unsuitable',
  'http.body_too_large',
  'http.media_type_unsupported',
];
const keyRefusals = ['access.idempotency_key_missing', 'access.idempotency_key_reused'];

/** What is common to all routes is referred to; what is this route's own is spelled out. */
function refusalsOf(route: Declared): Members {
  return Object.fromEntries(
    Object.entries(byStatus(codesOf(route))).map(([status, response]) => {
      const isCommon = JSON.stringify(common[status]) === JSON.stringify(response);
      return [status, isCommon ? { $ref: `#/components/responses/Refused${status}` } : response];
    }),
  );
}

function byStatus(codes: readonly string[]): Members {
  const statuses: { [status: string]: string[] } = {};
  for (const code of codes) {
    const status = String(statusOf(code));
    statuses[status] = [...(statuses[status] ?? []), code];
  }
  return Object.fromEntries(
    Object.entries(statuses).map(([status, found]) => [
      status,
      {
        description: STATUS_CODES[status] ?? status,
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
        'x-fubie-codes': found.toSorted(),
      },
    ]),
  );
}

const common = byStatus([
  ...everywhere.filter((code) => code !== 'http.method_unknown'),
  ...outageCodes,
  'access.internal_error',
]);

const problemSchema: Json = {
  type: 'object',
  description: 'RFC 9457: why the house refuses, for a program and for a person.',
  required: ['type', 'title', 'status', 'code', 'detail', 'retryable', 'requestId', 'context'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    code: { type: 'string' },
    detail: {
      type: 'object',
      required: ['zh', 'en'],
      properties: { zh: { type: 'string' }, en: { type: 'string' } },
      additionalProperties: false,
    },
    retryable: { type: 'boolean' },
    requestId: { type: 'string', format: 'uuid' },
    context: {
      type: 'object',
      additionalProperties: { type: ['string', 'number', 'boolean', 'null'] },
    },
  },
  additionalProperties: false,
};

const securitySchemes: Json = {
  caseToken: {
    type: 'http',
    scheme: 'bearer',
    description: 'The token of a borrower’s own case, given once at first contact.',
  },
  staffSession: {
    type: 'http',
    scheme: 'bearer',
    description: 'A session of a member of staff, from POST /v1/sessions.',
  },
  apiKey: {
    type: 'http',
    scheme: 'bearer',
    description: 'The key of a partner’s machine.',
  },
  messageSignature: {
    type: 'apiKey',
    in: 'header',
    name: 'signature',
    description: 'RFC 9421 HTTP Message Signatures with RFC 9530 content-digest.',
  },
};

const securityOf: Readonly<Record<Who, Json[]>> = {
  anyone: [{}],
  borrower: [{ caseToken: [] }],
  staff: [{ staffSession: [] }],
  machine: [{ apiKey: [] }, { messageSignature: [] }],
};

/** `/v1/cases/:id/timeline` → `/v1/cases/{id}/timeline`. */
export function templateOf(path: string): string {
  return path.replace(/:([A-Za-z]+)/g, '{$1}');
}

/** `GET /v1/cases/:id/timeline` → `getCasesByIdTimeline`. */
function operationId({ method, path }: { method: string; path: string }): string {
  const parts = path.split('/').slice(2);
  const words = parts.flatMap((part) =>
    part.startsWith(':') ? ['by', part.slice(1)] : part.split(/[-.]/),
  );
  return method.toLowerCase() + words.map(capital).join('');
}

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

function sorted<T>(members: { [name: string]: T }): { [name: string]: T } {
  return Object.fromEntries(Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
