import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect, test } from 'vitest';
import { openDoor } from './door.fixture.ts';
import { openApiOf } from './openapi.ts';
import { routesToRead } from './routes.ts';

const written = join(import.meta.dirname, '../../../docs/api/openapi.json');
const { routes } = routesToRead();

test('接口说明是一份合格的 OpenAPI 3.1 文档，与仓库里的一字不差', async () => {
  const document = openApiOf(routes);
  const outcome = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(outcome).toMatchObject({ valid: true });
  expect(JSON.parse(readFileSync(written, 'utf8'))).toEqual(document);
});

test('服务器里的每一条路都是声明过的，声明过的每一条路都在服务器里', async () => {
  const { server } = openDoor(routesToRead());
  await server.ready();
  const served = pathsIn(server.printRoutes({ commonPrefix: false }));
  const declared = routes.map(({ head }) => unnamed(`${head.method} ${head.path}`));
  expect(served.map(unnamed).toSorted()).toEqual(declared.toSorted());
  await server.close();
});

/** Fastify calls one place by all the names its routes give it. */
function unnamed(route: string): string {
  return route.replace(/:[^/]+/g, ':');
}

/** `GET /v1/a/:id` for every line of Fastify's tree: four columns are one step down. */
function pathsIn(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const found = /^([│├└─ ]*)(\S+)(?: \(([A-Z, ]+)\))?/.exec(line);
    if (found?.[2] === undefined) return [];
    const depth = (found[1] ?? '').length / 4;
    above[depth] = found[2];
    const path = above.slice(0, depth + 1).join('');
    return (found[3] ?? '').split(', ').flatMap((method) => (method ? [`${method} ${path}`] : []));
  });
}
