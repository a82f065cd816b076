/**
 * A frame of the bundled program in the words of its sources: a trace that names line 41,371 of a
 * joined file helps nobody. The map beside the file is read only when something went wrong.
 */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { dirname, resolve } from 'node:path';

import { bundlesFolder } from './bundle.ts';

const placePattern = /(?<file>\/[^():\n]+\.cjs):(?<line>\d+):(?<column>\d+)/;
const maps = new Map<string, SourceMap | undefined>();

/** The line as it came where it is not about the bundle, or its map is gone. */
export function frameOfSource(frame: string): string {
  const place = placePattern.exec(frame)?.groups;
  const file = place?.['file'] ?? '';
  if (place === undefined || !file.startsWith(bundlesFolder)) return frame;
  const origin = mapOf(file)?.findOrigin(Number(place['line']), Number(place['column']));
  if (origin === undefined || !('fileName' in origin)) return frame;
  const source = resolve(dirname(file), origin.fileName);
  return frame.replace(placePattern, `${source}:${origin.lineNumber}:${origin.columnNumber}`);
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const path = `${file}.map`;
    const map = existsSync(path)
      ? new SourceMap(JSON.parse(readFileSync(path, 'utf8')))
      : undefined;
    maps.set(file, map);
  }
  return maps.get(file);
}
