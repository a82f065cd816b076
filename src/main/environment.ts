/**
 * The record of what program runs where: its digest stands in every entry this process makes.
 *
 * 在线诉讼规则 17(3), 17(4): a court may ask in what environment a record was made. The record holds
 * no personal value; a random member keeps its digest from being guessed.
 */
import { arch, platform, release } from 'node:os';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { FolderObjects } from '#adapters/objects';
import { toBase64, toBase64Url, toHex, utf8 } from '#base/bytes';
import { canonical } from '#base/canonical';
import { formatInstant, systemClock } from '#base/clock';
import { systemRandom } from '#base/random';
import type { ProcessSettings } from '../config.ts';

const environmentFolder = 'environments';

/** Keeps the record of this start for ever in the process's folder; answers its digest, base64. */
export async function environmentDigest(settings: ProcessSettings): Promise<string> {
  const record = canonical({
    v: 1,
    process: settings.name,
    mode: settings.mode,
    node: process.version,
    system: `${platform()} ${release()} ${arch()}`,
    clock: systemClock.source,
    startedAt: formatInstant(systemClock.now()),
    salt: toBase64Url(systemRandom.bytes(16)),
  });
  const digest = await nodeEngine.digest('sha256', utf8(record));
  const kept = new FolderObjects(join(settings.folder, environmentFolder));
  await kept.putOnce(`${toHex(digest)}.json`, utf8(record));
  return toBase64(digest);
}
