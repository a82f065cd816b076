/**
 * Asks every operation of the OpenAPI document what nobody should, as people of two institutions.
 *
 * What must hold of every answer: no 500; status and code stand in the document for this operation;
 * the body fits its schema; nothing that belongs to the other institution is in it.
 */
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { Json } from '#base/canonical';
import { ask, type Heard, type Question } from './asker.ts';
import {
  identityFor,
  type Members,
  membersOf,
  type Operation,
  operationsIn,
  textOf,
  textsOf,
} from './operations.ts';
import { fillers } from './route-fillers.ts';
import type { Tenant } from './two-tenants.ts';

/** What went wrong with one question. */
export interface Finding {
  readonly operation: string;
  readonly why: string;
  readonly question: string;
}

export interface FuzzOrder {
  readonly tenants: readonly [Tenant, Tenant];
  readonly document: Members;
  readonly seed: number;
  readonly secondsMax: number;
}

export interface FuzzReport {
  readonly asked: number;
  /** How many answers were of each status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

const findingsMax = 20;
/** They end the sessions that the walk needs, and are tried by the cross-tenant suite. */
const endsSessions = /^(delete|put)Sessions/;
const questionLettersShown = 400;

export async function fuzz(order: FuzzOrder): Promise<FuzzReport> {
  const operations = operationsIn(order.document).filter(({ id }) => !endsSessions.test(id));
  const judge = judgeOf(order.document);
  const until = performance.now() + order.secondsMax * 1000;
  const statuses: Record<string, number> = {};
  const findings: Finding[] = [];
  let asked = 0;
  for (let round = 0; performance.now() < until && findings.length < findingsMax; round += 1) {
    for (const operation of operations) {
      if (performance.now() > until) break;
      const [at, other] = round % 2 === 0 ? order.tenants : order.tenants.toReversed();
      if (at === undefined || other === undefined) break;
      const seed = order.seed + asked;
      const [question] = fc.sample(questionOf(operation, at, other), { seed, numRuns: 1 });
      if (question === undefined) break;
      asked += 1;
      const heard = await ask(at.house, question).catch((thrown: unknown) => thrown);
      const why = judge({ operation, question, heard, other });
      if (isHeard(heard)) statuses[heard.status] = (statuses[heard.status] ?? 0) + 1;
      if (why !== undefined) {
        findings.push({ operation: operation.id, why, question: shown(question) });
      }
    }
  }
  return { asked, statuses, findings };
}

/** Valid parts, broken parts, foreign parts, in every mixture. */
function questionOf(operation: Operation, at: Tenant, other: Tenant): fc.Arbitrary<Question> {
  const own = fillers[operation.id]?.(at.ids) ?? {};
  const foreign = fillers[operation.id]?.(other.ids) ?? {};
  const params = fc.constantFrom(own.params ?? {}, own.params ?? {}, foreign.params ?? {});
  const body =
    own.body === undefined
      ? fc.option(brokenBody({}), { nil: undefined, freq: 8 })
      : fc.oneof(
          { weight: 4, arbitrary: fc.constant(own.body) },
          { weight: 2, arbitrary: fc.constant(foreign.body ?? null) },
          { weight: 6, arbitrary: brokenBody(own.body) },
        );
  const tokens = [identityFor(operation, at), at.machine, at.borrower.hand.token];
  const token = fc.oneof(
    { weight: 8, arbitrary: fc.constant(tokens[0]) },
    { weight: 2, arbitrary: fc.constantFrom(...tokens, undefined) },
    { weight: 1, arbitrary: fc.constantFrom(identityFor(operation, other), other.machine) },
    { weight: 1, arbitrary: fc.base64String({ minLength: 16, maxLength: 60 }) },
  );
  return fc
    .record({ params, body, token, query: queryOf(operation), headers, odd: oddSegment })
    .map(({ params: names, body: sent, token: held, query, headers: more, odd }) => ({
      method: operation.method,
      path: pathOf(operation.path, names, odd) + (query || (own.query ?? '')),
      token: held === undefined ? undefined : held.replace(/[^\x21-\x7e]/g, ''),
      headers: more,
      body: operation.method === 'GET' ? undefined : sent,
    }));
}

const oddTexts = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    '\u0000',
    '\ud800',
    "' or 1=1--",
    '../../etc',
    '{{7*7}}',
    'null',
    '-1',
    '1e309',
  ),
  fc.string({ unit: 'grapheme', maxLength: 20 }),
);
const oddValues: fc.Arbitrary<Json> = fc.oneof(
  oddTexts,
  fc.constantFrom<Json>(null, true, 0, -1, 2 ** 53, 1.5, '', [], {}, [[[[]]]], 'x'.repeat(5_000)),
  fc.integer(),
);
const oddSegment = fc.option(
  fc.oneof(
    oddTexts.map((text) => encodeURIComponent(text.toWellFormed())),
    fc.constantFrom('%zz', '%00', '%2e%2e', 'a'.repeat(200), '..', '%F0%9F'),
  ),
  { nil: undefined, freq: 5 },
);
const headers: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      { 'idempotency-key': 'short' },
      { 'content-type': 'text/plain' },
      { 'content-type': 'application/json; charset=gbk' },
      { 'content-encoding': 'gzip' },
      { 'x-fubie-purpose': '%E6%9F%A5%E8%AF%A2' },
      { 'x-fubie-purpose': '%ff' },
      { 'x-forwarded-host': 'demo-consumer-finance.localhost' },
      { forwarded: 'host=demo-consumer-finance.localhost' },
      { signature: 'sig1=:AAAA:', 'signature-input': 'sig1=()' },
      { 'x-http-method-override': 'DELETE' },
      { accept: 'text/html' },
      { range: 'bytes=0-1' },
      { 'if-none-match': '*' },
    ),
  },
);

/** The example with one member broken, removed or added, or something else altogether. */
function brokenBody(valid: Json): fc.Arbitrary<Json | Uint8Array> {
  const members = membersOf(valid);
  const names = Object.keys(members);
  const changed =
    names.length === 0
      ? oddValues
      : fc
          .tuple(fc.constantFrom(...names), oddValues)
          .map(([name, value]): Json => ({ ...members, [name]: value }));
  const removed =
    names.length === 0
      ? fc.constant<Json>([])
      : fc.constantFrom(...names).map((name): Json => without(members, name));
  const added = fc
    .tuple(fc.constantFrom('tenant', '__proto__', 'constructor', 'id', ''), oddValues)
    .map(([name, value]): Json => Object.fromEntries([...Object.entries(members), [name, value]]));
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .constantFrom('{', '[1,', '{"a":1e999}', '\ufeff{}', '"\\ud800"', '['.repeat(9_000))
      .map((text) => new Uint8Array(Buffer.from(text))),
  );
  return fc
    .oneof(changed, changed, removed, added, oddValues, bytes)
    .map((made) =>
      made instanceof Uint8Array ? made : new Uint8Array(Buffer.from(JSON.stringify(made))),
    );
}

function without(members: Members, name: string): Members {
  return Object.fromEntries(Object.entries(members).filter(([one]) => one !== name));
}

function queryOf({ declared }: Operation): fc.Arbitrary<string> {
  const list = Array.isArray(declared['parameters']) ? declared['parameters'] : [];
  const names = (list as readonly Json[])
    .map(membersOf)
    .filter((one) => one['in'] === 'query')
    .map((one) => textOf(one['name']));
  if (names.length === 0) return fc.constantFrom('', '', '', '?tenant=demo-consumer-finance');
  const pair = fc
    .tuple(fc.constantFrom(...names), oddTexts)
    .map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`);
  const pairs = fc.array(pair, { minLength: 1, maxLength: 3 }).map((all) => `?${all.join('&')}`);
  return fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 4, arbitrary: pairs });
}

function pathOf(
  template: string,
  params: Readonly<Record<string, string>>,
  odd: string | undefined,
): string {
  let isFirst = true;
  return template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const isOdd = odd !== undefined && isFirst;
    isFirst = false;
    return isOdd ? odd : (params[name] ?? 'none');
  });
}

interface Trial {
  readonly operation: Operation;
  readonly question: Question;
  readonly heard: unknown;
  readonly other: Tenant;
}

/** Why an answer is wrong; undefined when it is as it must be. */
type Judge = (trial: Trial) => string | undefined;

function judgeOf(document: Members): Judge {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ ...document, $id: 'fubie' });
  const everywhere = membersOf(document['x-fubie-everywhere']);
  return ({ operation, question, heard, other }) => {
    if (!isHeard(heard)) return `no HTTP answer: ${String(heard)}`;
    const { status, code } = heard;
    if (status >= 500 && status !== 503) return `status ${status}`;
    const own = membersOf(membersOf(operation.declared['responses'])[String(status)]);
    const response = resolved(document, own);
    const general = membersOf(everywhere[String(status)]);
    const codes = [...textsOf(response['x-fubie-codes']), ...textsOf(general['x-fubie-codes'])];
    if (status < 400 && own['content'] === undefined) return `status ${status} is not documented`;
    if (status >= 400 && !codes.includes(code)) return `${status} ${code} is not documented`;
    const schema = schemaOf(document, operation, heard);
    if (schema !== undefined && !ajv.validate({ $ref: `fubie#${schema}` }, heard.body)) {
      return `the body does not fit: ${ajv.errorsText()}`;
    }
    const sent = JSON.stringify(question) + sentText(question);
    const leaked = [...other.marks].find(
      (mark) => heard.text.includes(mark) && !sent.includes(mark),
    );
    // A journal tells its institution which ids its own people asked for, foreign ones too.
    if (leaked !== undefined && operation.id !== 'getJournal') return `tells ${leaked}`;
    return undefined;
  };
}

function sentText({ body }: Question): string {
  return body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : '';
}

function resolved(document: Members, response: Members): Members {
  const ref = response['$ref'];
  if (typeof ref !== 'string') return response;
  const responses = membersOf(membersOf(document['components'])['responses']);
  return membersOf(responses[ref.split('/').at(-1) ?? '']);
}

/** The JSON pointer of the schema that this answer must fit; undefined for bytes. */
function schemaOf(document: Members, { declared }: Operation, heard: Heard): string | undefined {
  if (heard.media === 'application/problem+json') return '/components/schemas/Problem';
  const response = resolved(
    document,
    membersOf(membersOf(declared['responses'])[`${heard.status}`]),
  );
  const content = membersOf(membersOf(response['content'])[heard.media]);
  const ref = membersOf(content['schema'])['$ref'];
  return typeof ref === 'string' ? ref.slice(1) : undefined;
}

function isHeard(heard: unknown): heard is Heard {
  return typeof heard === 'object' && heard !== null && 'media' in heard;
}

function shown(question: Question): string {
  const text = `${question.method} ${question.path} ${JSON.stringify(question.headers)} `;
  const body = question.body;
  const sent =
    body instanceof Uint8Array ? Buffer.from(body).toString('utf8') : JSON.stringify(body);
  return (text + (sent ?? '')).slice(0, questionLettersShown);
}
