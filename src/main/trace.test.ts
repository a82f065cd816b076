/** A log that outlives an erasure must not name whom it was about. */
import { expect, test } from 'vitest';
import { z } from 'zod';

import { assert, Fault } from '#base/fault';
import { traceOf } from './trace.ts';

const name = '王日志';

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (thrown) {
    return thrown;
  }
  throw new Error('it did not throw');
}

test('别人的报错引用了值，日志里只有类别、代码与位置', () => {
  const database = Object.assign(new Error(`invalid input syntax for type integer: "${name}"`), {
    code: '22P02',
    detail: `Key (name)=(${name}) already exists.`,
  });
  const json = thrownBy(() => JSON.parse(`{"name": ${name}}`));
  const schema = thrownBy(() => z.object({ [name]: z.number() }).parse({ [name]: name }));
  const fake = new Error(`first\n    at ${name} (file:1:1)`);
  const fault = new Fault('catalog.glyph_missing', { characters: name }, { cause: database });
  for (const thrown of [database, json, schema, fake, fault, name, { name }]) {
    const said = traceOf(thrown);
    expect(said).not.toContain(name);
    expect(said.length).toBeGreaterThan(5);
  }
  expect(traceOf(database)).toMatch(/^Error 22P02\n {4}at .*trace\.test\.ts:\d+:\d+/);
  expect(traceOf(fault)).toContain('caused by Error 22P02');
});

test('自己的断言是一句不带值的话，照写', () => {
  const thrown = thrownBy(() => assert(false, 'a unit belongs to a tenant'));
  expect(traceOf(thrown)).toMatch(/^Error assertion: a unit belongs to a tenant\n {4}at /);
});
