/**
 * How the catalogue's files are read.
 */

import type { z } from 'zod';
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';

/** The catalogue's files. They are read once, at the start; their bytes do not change meanwhile. */
export interface CatalogReader {
  /** File names of one part, e.g. `templates`, in order of their names. */
  list(part: string): Promise<readonly string[]>;
  /** Refuses with catalog.file_missing. */
  read(part: string, name: string): Promise<Uint8Array>;
}

const reasonCharactersMax = 300;

/** A JSON file that has the shape, or catalog.file_malformed with the file and the reason. */
export async function parseFile<T>(
  reader: CatalogReader,
  place: { part: string; name: string },
  shape: z.ZodType<T>,
): Promise<T> {
  const file = `${place.part}/${place.name}`;
  const bytes = await reader.read(place.part, place.name);
  let value: unknown;
  try {
    value = JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new Fault('catalog.file_malformed', { file, why: 'json' }, { cause });
  }
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')
    .slice(0, reasonCharactersMax);
  throw new Fault('catalog.file_malformed', { file, why });
}
