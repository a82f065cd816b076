/**
 * Two institutions in one house, each with everything one can have: a borrower who has signed, her
 * package, people at desks, a machine, approvals, holds, requests. All of it made through the API.
 */
import type { Json } from '#base/canonical';
import { textIn } from '#doors/phone';
import { loanPlan } from '../../src/main/house/story.ts';
import { Borrower, terms as usualTerms } from '../journeys/borrower.ts';
import type { Person } from '../journeys/people.ts';
import type { World } from '../world.ts';
import { ask, type Heard, type House, openAlias, signingToken } from './asker.ts';
import { depositWith } from './two-deposits.ts';

/** What one institution has, by the names that routes call it. */
export interface Tenant {
  readonly name: string;
  readonly house: House;
  readonly borrower: Borrower;
  /** Session tokens by login. */
  readonly staff: Readonly<Record<string, string>>;
  readonly machine: string;
  /** Signs the requests of a supervisor's program. */
  readonly regulator: string;
  readonly ids: Readonly<Record<IdName, string>>;
  /** Everything that must never be heard by the other institution; each at least 8 characters. */
  readonly marks: ReadonlySet<string>;
}

export type IdName =
  | 'approval'
  | 'case'
  | 'application'
  | 'capture'
  | 'client'
  | 'contract'
  | 'contractNumber'
  | 'deposit'
  | 'depositEntry'
  | 'depositFile'
  | 'glass'
  | 'hold'
  | 'breach'
  | 'seal'
  | 'intent'
  | 'issuer'
  | 'key'
  | 'package'
  | 'request'
  | 'staff'
  | 'ticket'
  | 'unit';

/** As much of a JPEG as its first and last bytes say. */
const smallPhoto = Uint8Array.of(0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9);
const markCharactersMin = 8;
/** Each institution names its issuers itself, so both may use one name. */
const issuerName = 'main';

interface Plan {
  readonly name: string;
  readonly product: string;
  /** One of the product's. */
  readonly purpose: string;
  readonly person: Person;
  /** An outlet that the case does not belong to, and who works there. */
  readonly outlet: string;
}

export async function furnish(world: World, plan: Plan): Promise<Tenant> {
  const port = Number(new URL(world.url).port);
  const house = { port, host: `${plan.name}.localhost` };
  const alias = await openAlias(house);
  try {
    const marks = new Set<string>();
    const { borrower, capture, intent, ticket, contract } = await walk(world, alias.url, plan);
    const staff = await logIn(world, plan.name, house);
    const made = await workAtDesks({ house, staff, borrower, plan, marks });
    for (const value of Object.values(plan.person)) marks.add(value);
    marks.add(borrower.hand.token);
    const packed = await ask(house, {
      method: 'POST',
      path: '/v1/packages',
      token: borrower.hand.token,
      body: { case: borrower.caseId },
    });
    const person = `存证人-${plan.name}`;
    marks.add(person);
    const { machine, regulator } = made;
    const security = staff['security-officer'];
    const { deposit, file, entry } = await depositWith({ house, machine, security, person });
    const ids = {
      ...made.ids,
      deposit,
      depositFile: file,
      depositEntry: entry,
      application: borrower.application,
      case: borrower.caseId,
      capture,
      contract,
      contractNumber: await contractNumberIn(house, made.regulator),
      intent,
      ticket,
      package: textOf(packed, 'package'),
      unit: plan.outlet,
    };
    for (const id of Object.values(ids)) if (id.length >= markCharactersMin) marks.add(id);
    return { name: plan.name, house, borrower, staff, machine, regulator, ids, marks };
  } finally {
    await alias.close();
  }
}

/** From first contact to two signed authorisations. */
async function walk(world: World, url: string, plan: Plan) {
  const there = new Proxy(world, {
    get: (target, name) => (name === 'url' ? url : boundIn(target, name)),
  });
  const borrower = new Borrower(there, plan.person);
  const opened = await borrower.hand.post('/v1/applications', { product: plan.product });
  borrower.hand.token = textIn(opened.body, 'token');
  borrower.application = textIn(opened.body, 'application');
  borrower.caseId = textIn(opened.body, 'case');
  const kinds = [
    'esign-agreement',
    ...loanPlan({ name: '', idNumber: '', card: '', phone: '' }).consents,
  ];
  for (const kind of kinds) await borrower.consent(kind);
  const applied = await borrower.step('submission', {
    applicant: { ...plan.person },
    terms: { ...usualTerms, purpose: plan.purpose },
  });
  if (applied.code !== 'ok') throw new Error(`the application was refused: ${applied.code}`);
  const documents = [];
  for (const kind of ['pi-authorisation', 'credit-authorisation']) {
    const document = await borrower.document(kind);
    await borrower.read(document);
    documents.push(document);
  }
  const session = await borrower.session(documents);
  let ticket = '';
  for (const document of documents) {
    const prepared = await borrower.prepared(document, session);
    ticket = prepared.ticket;
    await borrower.redeem(document, ticket, prepared.signature);
  }
  const capture = await borrower.photograph('income', smallPhoto);
  return { borrower, capture, intent: session.intent, ticket, contract: documents[0]?.id ?? '' };
}

function boundIn(target: World, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name, target);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** Everybody of this institution who is on the demo's list. */
async function logIn(world: World, tenant: string, house: House) {
  const tokens: Record<string, string> = {};
  for (const { tenant: of, login, password } of world.house.logins) {
    if (of !== tenant) continue;
    const body = { login, password };
    const heard = await ask(house, { method: 'POST', path: '/v1/sessions', body });
    tokens[login] = textOf(heard, 'token');
  }
  return tokens;
}

interface Desk {
  readonly house: House;
  readonly staff: Readonly<Record<string, string>>;
  readonly borrower: Borrower;
  readonly plan: Plan;
  readonly marks: Set<string>;
}

/** Somebody at his desk, who must be allowed whatever he asks. */
function atDeskOf({ house, staff }: Desk): (login: string) => AtDesk {
  return (login) => async (method, path, body) => {
    const heard = await ask(house, { method, path, token: staff[login], body });
    if (heard.status >= 300) {
      throw new Error(`${login} ${method} ${path}: ${heard.status} ${heard.text}`);
    }
    return heard;
  };
}

async function workAtDesks(desk: Desk) {
  const { house, borrower, plan, marks } = desk;
  const as = atDeskOf(desk);
  const why = `跨租户测试：${plan.name} 的理由`;
  marks.add(why);
  const administrator = as('administrator');
  const seen: Seen = async (kind, order) => {
    const wish = await administrator('POST', '/v1/approvals', { kind, order, why });
    const id = textOf(wish, 'id');
    const decision = { give: true, why };
    await as('security-officer')('POST', `/v1/approvals/${id}/decision`, decision);
    return id;
  };
  const { client, keyed } = await registerMachine(administrator, seen, plan.name);
  const { caseId } = borrower;
  const asked = { kind: 'tenant.manage', order: { subject: 'nothing' }, why };
  const approval = await administrator('POST', '/v1/approvals', asked);
  const glass = await as(`${plan.outlet}-officer`)('POST', '/v1/break-glass', {
    permission: 'case.read',
    case: caseId,
    why,
    minutes: 5,
  });
  await as(`${plan.outlet}-officer`)('GET', `/v1/cases/${caseId}`);
  await as('loan-officer')('POST', `/v1/cases/${caseId}/unmaskings`, {
    fields: ['phone', 'documents'],
    purpose: 'complaint',
    why,
    minutes: 5,
  });
  await administrator('POST', '/v1/authenticators/challenges', { purpose: 'register' });
  const registered = await keepRegisters(desk, why);
  const requested = await ask(house, {
    method: 'POST',
    path: '/v1/me/requests',
    token: borrower.hand.token,
    body: { kind: 'access', words: why },
  });
  const machine = textOf(keyed, 'secret');
  await ask(house, { method: 'GET', path: '/v1/cases', token: machine });
  const me = await as('loan-officer')('GET', '/v1/sessions/current');
  const ids = {
    client,
    key: textOf(keyed, 'id'),
    issuer: issuerName,
    approval: textOf(approval, 'id'),
    glass: textOf(glass, 'id'),
    ...registered,
    request: requestIn(requested),
    staff: textOf(me, 'staff'),
  };
  return { ids, machine, regulator: await registerRegulator(administrator, seen, plan.name) };
}

/** What an institution writes down of itself: holds, breaches, seals. */
async function keepRegisters(desk: Desk, why: string) {
  const as = atDeskOf(desk);
  const { plan } = desk;
  const held = await as('privacy-officer')('POST', '/v1/holds', {
    case: desk.borrower.caseId,
    authority: 'court',
    reference: `（2026）示例民初 ${plan.outlet} 号`,
    reason: why,
  });
  const breach = await as('privacy-officer')('POST', '/v1/breaches', {
    foundAt: '2026-11-21T10:00:00.000+08:00',
    words: { kinds: why, cause: why, harm: why, remedy: why, advice: why, contact: why },
    persons: 1,
  });
  const applied = await as('administrator')('POST', '/v1/seals', {
    id: `hall-${plan.outlet}`,
    figure: { shape: 'square', sideMm: 20, text: '示例印' },
    why,
  });
  return {
    hold: textOf(held, 'id'),
    breach: textOf(breach, 'id'),
    seal: textOf(applied, 'id'),
  };
}

/** What a desk asks and must be allowed. */
type AtDesk = (method: string, path: string, body?: Json) => Promise<Heard>;

/** The approval of exactly this order: one asked, another allowed it. */
type Seen = (kind: string, order: Json & object) => Promise<string>;

/** What a machine may, and a key of it, both under four eyes. */
async function machineOf(
  administrator: AtDesk,
  seen: Seen,
  { kind, ...terms }: { kind: string; name: string; [term: string]: Json },
) {
  const manage = 'client.manage';
  const approval = await seen(manage, { act: 'register', ...terms });
  const made = await administrator('POST', '/v1/clients', { ...terms, approval });
  const client = textOf(made, 'id');
  const given = await seen(manage, { act: 'key', client, kind });
  const path = `/v1/clients/${client}/keys`;
  return { client, keyed: await administrator('POST', path, { kind, approval: given }) };
}

/** A supervisor's program, and the token by which it signs. */
async function registerRegulator(administrator: AtDesk, seen: Seen, of: string): Promise<string> {
  const taken = { signature: 'required', addresses: [], rate: 'bulk', kind: 'hmac-sha256' };
  const order = { name: `supervisor of ${of}`, scopes: ['regulator.look'], ...taken };
  const { keyed } = await machineOf(administrator, seen, order);
  return signingToken({ id: textOf(keyed, 'id'), secret: textOf(keyed, 'secret') });
}

/** The one contract there is. */
async function contractNumberIn(house: House, token: string): Promise<string> {
  const heard = await ask(house, { method: 'GET', path: '/v1/regulator/contracts', token });
  const [first] = heard.body['contracts'] as { readonly contractNumber: string }[];
  return first?.contractNumber ?? '';
}

/** A partner's machine with a key, and the institution's issuer for single sign-on. */
async function registerMachine(administrator: AtDesk, seen: Seen, of: string) {
  const taken = { signature: 'optional', addresses: [], rate: 'bulk', kind: 'api-key' };
  const depositing = ['deposit.define', 'deposit.submit', 'deposit.read'];
  const scopes = ['case.list', 'case.read', 'package.build', 'audit.read', ...depositing];
  const name = `partner of ${of}`;
  const { client, keyed } = await machineOf(administrator, seen, { name, scopes, ...taken });
  const issuer = {
    issuer: 'https://id.example',
    clientId: `client-of-${of}`,
    redirectUri: 'https://bank.example/back',
    loginClaim: 'preferred_username',
    strong: [],
    active: false,
  };
  const approval = await seen('tenant.manage', { act: 'sso', id: issuerName, ...issuer });
  await administrator('PUT', `/v1/sso/${issuerName}`, { ...issuer, approval });
  return { client, keyed };
}

function textOf(heard: Heard, name: string): string {
  const value = heard.body[name];
  if (typeof value === 'string') return value;
  throw new Error(`no ${name} in ${heard.status} ${heard.text.slice(0, 300)}`);
}

function requestIn({ body }: Heard): string {
  const request = body['request'];
  const id = typeof request === 'object' && request !== null ? Reflect.get(request, 'id') : '';
  return String(id);
}
