/**
 * The example of docs/specs/access-journal.md, made anew: two lines and what the log commits to.
 */
import { nodeEngine } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { addSeconds, type Instant } from '#base/clock';
import { rowBytes, statementOf } from '#business/access';
import { hashLeaf, hashNode } from '#formats/tlog';

export async function journalExamples(now: Instant): Promise<readonly [string, string][]> {
  const mark = new Uint8Array(32).fill(7);
  const asked = {
    at: now,
    kind: 'staff',
    caller: '0192a000-0000-7000-8000-000000000003',
    session: 'c2Vzc2lvbi1leGFtcGxlLQ',
    route: 'GET /v1/cases/:id/timeline',
    ids: ['id=AAECAwQFBgcICQoLDA0ODw'],
    purpose: 'complaint',
    status: 200,
    outcome: 'ok',
    request: '0192a000-0000-7000-8000-000000000004',
    glass: null,
    mark,
    number: 1,
  } as const;
  const nobody = { kind: 'nobody', caller: null, session: null, ids: [], purpose: null } as const;
  const refused = { status: 401, outcome: 'access.unauthenticated' };
  const later = { at: addSeconds(now, 1), number: 3 };
  const lines = [rowBytes(asked), rowBytes({ ...asked, ...nobody, ...refused, ...later })];
  const [one, two] = await Promise.all(lines.map((line) => hashLeaf(line, nodeEngine)));
  if (one === undefined || two === undefined) throw new Error('two lines');
  const root = await hashNode(one, two, nodeEngine);
  const batch = statementOf({ seq: 1, first: 1, last: 3, count: 2, root });
  return [
    ['journal lines', lines.map((line) => `${fromUtf8(line)}\n`).join('')],
    ['journal statement', `${fromUtf8(batch)}\n`],
  ];
}
