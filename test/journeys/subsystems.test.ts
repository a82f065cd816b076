/**
 * Business system, contract system, evidence platform: each with an interface of its own, and none
 * that leans on one above it (S2-41).
 */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { openApiOf, routesToRead } from '#doors/http';

/** From the lowest up; a system may lean on those before it. */
const systems = {
  evidence: {
    rooms: ['trust/evidence', 'trust/receipt', 'trust/witness', 'business/deposit'],
    routes: ['/v1/deposits', '/v1/deposits/records', '/v1/statements', '/v1/verifications'],
  },
  contract: {
    rooms: ['trust/signing', 'trust/timestamp', 'business/contract'],
    routes: ['/v1/contracts/{id}/intents', '/v1/intents/{id}/confirm'],
  },
  business: {
    rooms: ['business/lending', 'business/desk'],
    routes: ['/v1/applications', '/v1/cases', '/v1/cases/{id}/repayments'],
  },
} as const;
type System = keyof typeof systems;
const order: readonly System[] = ['evidence', 'contract', 'business'];

const importsOf = (room: string): readonly string[] =>
  readdirSync(`src/${room}`)
    .filter((name) => name.endsWith('.ts') && !/\.(test|fixture)\.ts$/.test(name))
    .filter((name) => !name.startsWith('test-'))
    .flatMap((name) => [
      ...readFileSync(`src/${room}/${name}`, 'utf8').matchAll(/from '#([a-z]+\/[a-z-]+)'/g),
    ])
    .map(([, other = '']) => other);

describe('三个可以分开接入的子系统', () => {
  test('S2-41 业务系统、合同系统、存证平台，没有一个依赖在它之上的系统', () => {
    for (const system of order) {
      const above = order.slice(order.indexOf(system) + 1).flatMap((one) => systems[one].rooms);
      for (const room of systems[system].rooms) {
        const imports = importsOf(room);
        expect(imports.length, room).toBeGreaterThan(0);
        const upward = imports.filter((other) => above.some((one) => one === other));
        expect(upward, room).toEqual([]);
      }
    }
  });

  test('S2-41 三个系统各有自己的接口', () => {
    const document = JSON.parse(JSON.stringify(openApiOf(routesToRead().routes))) as {
      paths: Readonly<Record<string, unknown>>;
    };
    const paths = Object.keys(document.paths);
    const routes = order.flatMap((system) => systems[system].routes);
    for (const route of routes) expect(paths, route).toContain(route);
  });
});
