/**
 * Judges what lists and responses say about one certificate at one time (RFC 5280 §6.3, RFC 6960).
 *
 * Everything given is heard, and nothing is fetched. Who says `revoked` and is believed outweighs
 * whoever says `good`, but for a hold that a later answer no longer knows.
 */
import { judgeLists } from './crl-judge.ts';
import { PathMemory } from './memory.ts';
import { judgeResponses } from './ocsp-judge.ts';
import type { Heard, RevocationAsk, RevocationQuestion } from './revocation-ask.ts';
import type {
  RevocationHearing,
  RevocationRemark,
  RevocationStatement,
  RevocationVerdict,
} from './revocation-verdict.ts';

/** Lists and responses heard for one certificate, each. */
const materialItemsMax = 200;

export async function judgeRevocation(ask: RevocationAsk): Promise<RevocationVerdict> {
  const question: RevocationQuestion = {
    ...ask,
    crls: ask.crls.slice(0, materialItemsMax),
    ocsps: ask.ocsps.slice(0, materialItemsMax),
    memory: ask.memory ?? new PathMemory(ask.engine),
  };
  const ocsps = await judgeResponses(question);
  const crls = await judgeLists(question);
  const statements = [...ocsps.flat(), ...crls]
    .flatMap((one) => ('statement' in one ? [one.statement] : []))
    .toSorted((a, b) => b.source.thisUpdate - a.source.thisUpdate);
  const hearing = {
    statements,
    aside: [
      ...remarks('ocsp', ocsps),
      ...remarks(
        'crl',
        crls.map((one) => [one]),
      ),
    ],
  };
  return { ...conclusion(question, hearing), ...hearing };
}

type Conclusion = RevocationVerdict extends infer Each
  ? Each extends RevocationHearing
    ? Omit<Each, keyof RevocationHearing>
    : never
  : never;

function conclusion(ask: RevocationQuestion, hearing: RevocationHearing): Conclusion {
  const { statements, aside } = hearing;
  const revoked = statements.find((one, at) => one.says === 'revoked' && !isLifted(statements, at));
  if (revoked?.says === 'revoked') {
    const { from, reason, invalidFrom, source } = revoked;
    return { is: 'revoked', from, reason, invalidFrom, source };
  }
  const good = statements.filter((one) => one.says === 'good');
  const fresh = good.find(({ source }) => source.isFresh);
  if (fresh !== undefined) return { is: 'good', source: fresh.source };
  // RFC 9608 §4: where nothing is ever published, nothing is asked for.
  if (ask.certificate.extensions.noRevAvail) return { is: 'never_revoked' };
  if (good.length > 0) return { is: 'unknown', because: 'stale', detail: '' };
  const [first] = aside.filter(({ because }) => because !== 'delta_without_base');
  if (first !== undefined) return { is: 'unknown', because: first.because, detail: first.detail };
  return { is: 'unknown', because: 'no_material', detail: '' };
}

/** A hold (§5.3.1) ends when a later answer is `good`; every other revocation is for ever. */
function isLifted(statements: readonly RevocationStatement[], at: number): boolean {
  const held = statements[at];
  const isHold = held?.says === 'revoked' && held.reason === 'certificateHold';
  if (!isHold) return false;
  // Two answers of one moment contradict each other, and none is the later.
  const heldAt = held.source.thisUpdate;
  return statements.some((one) => one.says === 'good' && one.source.thisUpdate > heldAt);
}

function remarks(
  kind: RevocationRemark['kind'],
  heard: readonly (readonly Heard[])[],
): RevocationRemark[] {
  return heard.flatMap((all, index) =>
    all.flatMap((one) =>
      'statement' in one ? [] : [{ kind, index, because: one.because, detail: one.detail }],
    ),
  );
}
