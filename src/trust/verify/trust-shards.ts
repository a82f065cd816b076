/**
 * The later shards of a log, as far as the trust folder proves them: `shards/<tenant>/NNNN.close`
 * and its `.tlog-proof` are the last leaf of shard NNNN, which names the key of the next.
 *
 * They say nothing that the first key has not signed. What does not hold ends the walk: the keys
 * behind it are then not known, and what they sign is not judged by them.
 */
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { judgeClosing } from '#formats/shard';
import { parseTwinVkey } from '#formats/twin';
import type { TrustFiles } from './anchors.ts';
import type { TenantLog, Trust } from './trust.ts';

const bordersMax = 200;

export async function withShards(trust: Trust, files: TrustFiles, engine: Engine): Promise<Trust> {
  let known = trust;
  for (const first of trust.logs) {
    let log: TenantLog | undefined = first;
    for (let number = 1; log !== undefined && number <= bordersMax; number += 1) {
      const next = await nextOf(log, closingIn(files, log.tenant, number), engine);
      if (next === undefined) break;
      known = known.goingOn(log, next);
      log = { tenant: log.tenant, key: next.key };
    }
  }
  return known;
}

function closingIn(files: TrustFiles, tenant: string, number: number) {
  const path = `shards/${tenant}/${String(number).padStart(4, '0')}.close`;
  const [leaf, proof] = [files.get(path), files.get(`${path}.tlog-proof`)];
  return leaf === undefined || proof === undefined ? undefined : { leaf, proof };
}

async function nextOf(
  { key: log }: TenantLog,
  closing: ReturnType<typeof closingIn>,
  engine: Engine,
) {
  if (closing === undefined) return undefined;
  try {
    const leaf = { leaf: closing.leaf, proof: fromUtf8(closing.proof) };
    const closed = await judgeClosing(leaf, { log, witnesses: [] }, engine);
    if (typeof closed === 'string') return undefined;
    const { nextTwin } = closed.says;
    const twin = nextTwin === undefined ? undefined : await parseTwinVkey(nextTwin, engine);
    return { key: closed.next, twin };
  } catch (thrown) {
    if (thrown instanceof Fault) return undefined;
    throw thrown;
  }
}
