/**
 * JSON Schemas of the declared routes, drawn by zod and gathered under their names.
 */
import { z } from 'zod';
import { isObject, type Json } from '#base/canonical';

type Members = { [name: string]: Json };
type Direction = 'input' | 'output';

/** Draws schemas and remembers the named ones. */
export interface Schemas {
  /** A reference to the schema, which stands under this name from now on. */
  named(name: string, schema: z.ZodType, direction: Direction): Json;
  /** The members of an object schema, for parameters. */
  members(schema: z.ZodType | undefined): { name: string; schema: Json; required: boolean }[];
  components(): Members;
}

export function schemasOf(): Schemas {
  const held: Members = {};
  return {
    named(name, schema, direction) {
      held[name] = drawn(schema, direction);
      return { $ref: `#/components/schemas/${name}` };
    },
    members(schema) {
      if (schema === undefined) return [];
      const { properties = {}, required = [] } = drawn(schema, 'input');
      const names = new Set(Array.isArray(required) ? required : []);
      return Object.entries(properties as Members).map(([name, drawing]) => {
        return { name, schema: drawing, required: names.has(name) };
      });
    },
    components: () => held,
  };
}

function drawn(schema: z.ZodType, io: Direction): Members {
  const drawing = z.toJSONSchema(schema, { io, unrepresentable: 'any', reused: 'inline' });
  const { $schema: _dialect, '~standard': _standard, ...rest } = plain(drawing);
  return rest;
}

/**
 * Only what JSON can say; zod's own object carries more. A pattern that leans on Unicode's classes
 * is told in words: JSON Schema 2020-12, core 6.4, warns of it, and readers whose language lacks
 * them refuse the whole document.
 */
function plain(drawing: object): Members {
  return JSON.parse(JSON.stringify(drawing), (_name, value: Json): Json => {
    if (!isObject(value) || typeof value['pattern'] !== 'string') return value;
    const { pattern, ...rest } = value;
    return pattern.includes('\\p{') ? { ...rest, description: `ECMA-262, u: ${pattern}` } : value;
  }) as Members;
}
