/**
 * Schemas and scenarios of deposits: brought by one, approved by another (S2-14, S2-18).
 */
import { z } from 'zod';
import type { Units } from '#base/unit';
import type { Caller } from '#business/access';
import type { Definitions, ShownDefinition } from '#business/deposit';
import type { Doors } from '../route.ts';
import { sha256Hex } from '../schemas.ts';
import { definitionName, plainJson, tag } from './deposit-shapes.ts';

const definitionBytesMax = 256 * 1024;
const shape = z.strictObject({
  id: definitionName,
  version: z.int(),
  kind: z.enum(['schema', 'scenario']),
  title: z.string(),
  sha256: sha256Hex,
  approved: z.boolean(),
  definition: z.unknown(),
});
const version = z.string().regex(/^[1-9]\d{0,5}$/);

interface DefinitionRoutesDesk {
  readonly units: Units;
  readonly deposits: { readonly definitions: Definitions };
}

export function definitionRoutes(doors: Doors, desk: DefinitionRoutesDesk): void {
  proposalRoute(doors, desk);
  approvalRoute(doors, desk);
  listRoute(doors, desk);
}

function proposalRoute(doors: Doors, { deposits: { definitions } }: DefinitionRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/deposits/definitions',
      tag,
      summary: {
        zh: '登记存证数据模式或者场景，待他人批准',
        en: 'Brings a schema or a scenario, to be approved by another',
      },
      who: ['machine', 'staff'],
      needs: 'deposit.define',
      body: z.strictObject({ definition: z.record(z.string(), z.unknown()) }),
      bytesMax: definitionBytesMax,
      answer: { status: 201, body: shape },
      refusals: ['deposit.definition_malformed'],
    },
    async ({ caller, body }) => {
      const commit = definitions.propose(nameOf(caller), plainJson(body.definition));
      return async (unit) => ({ body: shown(await commit(unit)) });
    },
  );
}

function approvalRoute(doors: Doors, { deposits: { definitions } }: DefinitionRoutesDesk): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/deposits/definitions/:name/versions/:n/approval',
      tag,
      summary: { zh: '批准一个版本', en: 'Approves a version, by its digest' },
      who: ['staff'],
      needs: 'deposit.approve',
      params: z.strictObject({ name: definitionName, n: version }),
      body: z.strictObject({ sha256: sha256Hex }),
      answer: { status: 200, body: shape },
      refusals: [
        'deposit.definition_differs',
        'deposit.definition_own',
        'deposit.definition_unknown',
      ],
    },
    async ({ caller, params, body }) => {
      const word = { id: params.name, version: Number(params.n), sha256: body.sha256 };
      const commit = definitions.approve(nameOf(caller), word);
      return async (unit) => ({ body: shown(await commit(unit)) });
    },
  );
}

function listRoute(doors: Doors, { units, deposits: { definitions } }: DefinitionRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/deposits/definitions',
      tag,
      summary: { zh: '数据模式与场景一览', en: 'Schemas and scenarios, every version' },
      who: ['machine', 'staff'],
      needs: 'deposit.read',
      answer: { status: 200, body: z.strictObject({ definitions: z.array(shape) }) },
      refusals: [],
    },
    async ({ tenant }) => {
      const list = await units.run(tenant, (unit) => definitions.list(unit));
      return { definitions: list.map(shown) };
    },
  );
}

function shown(one: ShownDefinition) {
  return { ...one };
}

function nameOf(caller: Caller): string {
  if (caller.kind === 'staff') return `staff:${caller.staff.id}`;
  return caller.kind === 'machine' ? `machine:${caller.client.id}` : caller.kind;
}
