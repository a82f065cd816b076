/**
 * The four-element check (name, ID number, bank card, mobile), simulated.
 *
 * What really comes from police, UnionPay and a carrier is here a table of synthetic ranges: any
 * consistent synthetic person matches, refusedByIdentity does not. The answer commits to the four
 * elements with the asker's salts and is signed, so it can stand in the case's entry.
 */
import type { Handler } from '#adapters/wire';
import { toBase64Url } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { type Clock, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine, Signer } from '#formats/crypto';
import { attest, attestationJson } from '#formats/entry';
import { commitment, saltPattern } from './commitment.ts';
import {
  bodyOf,
  heldText,
  idPattern,
  type Members,
  membersOf,
  serveJson,
  textOf,
} from './exchange.ts';
import {
  isSyntheticCard,
  isSyntheticIdNumber,
  isSyntheticPhone,
  refusedByIdentity,
} from './population.ts';
import { type GatewayRegister, recall, remember, Turns } from './register.ts';

const elements = ['name', 'idNumber', 'card', 'phone'] as const;
const shapes = {
  name: /^[\p{L}·]{2,40}$/u,
  idNumber: /^\d{17}[\dX]$/,
  card: /^\d{12,19}$/,
  phone: /^\d{11}$/,
} as const;

export interface SimulatorParts {
  readonly signer: Signer;
  readonly engine: Engine;
  readonly register: GatewayRegister;
  readonly clock: Clock;
}

/** POST /checks {request, name, idNumber, card, phone, salts:{name, idNumber, card, phone}}. */
export function identitySimulator(parts: SimulatorParts): Handler {
  const turns = new Turns();
  return serveJson(async (request) => {
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /health') return { ok: true, simulator: true };
    if (route !== 'POST /checks') throw new Fault('gateways.route_unknown');
    const asked = readQuestion(bodyOf(request));
    return turns.take(asked.request, () => answerOnce(parts, asked));
  });
}

type Elements = Readonly<Record<(typeof elements)[number], string>>;

interface Question {
  readonly request: string;
  readonly person: Elements;
  readonly salts: Elements;
}

function readQuestion(body: Members): Question {
  const salts = membersOf(body['salts']);
  return {
    request: textOf(body, 'request', idPattern),
    person: eachElement((name) => textOf(body, name, shapes[name])),
    salts: eachElement((name) => textOf(salts, name, saltPattern)),
  };
}

async function answerOnce(parts: SimulatorParts, asked: Question): Promise<Json> {
  const held = await recall(parts.register, `checks/${asked.request}`);
  // The question itself is kept as a digest only: a check house has no reason to keep people.
  const question = { request: asked.request, person: asked.person, salts: asked.salts };
  const digest = toBase64Url(await parts.engine.digest('sha256', canonicalBytes(question)));
  if (held !== undefined) {
    if (heldText(held, 'question') !== digest) throw new Fault('identity.request_differs');
    return { attestation: held['attestation'] as Json, simulator: true };
  }
  const attestation = await attestMatch(parts, asked);
  await remember(parts.register, `checks/${asked.request}`, { question: digest, attestation });
  return { attestation, simulator: true };
}

async function attestMatch(parts: SimulatorParts, asked: Question): Promise<Json> {
  const { salts, person } = asked;
  const commitments: Record<string, string> = {};
  for (const name of elements) {
    const disclosure = { salt: salts[name], name, value: person[name] };
    commitments[name] = await commitment(parts.engine, disclosure);
  }
  const statement = {
    v: 1,
    kind: 'identity.four_element',
    request: asked.request,
    result: matches(person) ? 'match' : 'mismatch',
    commitments,
    at: formatInstant(parts.clock.now()),
    clock: parts.clock.source,
    simulator: true,
  };
  return attestationJson(await attest(statement, 'identity', parts.signer));
}

function matches(person: Elements): boolean {
  const known =
    isSyntheticIdNumber(person.idNumber) &&
    isSyntheticCard(person.card) &&
    isSyntheticPhone(person.phone);
  return known && person.phone !== refusedByIdentity.phone;
}

function eachElement(read: (name: (typeof elements)[number]) => string): Elements {
  return {
    name: read('name'),
    idNumber: read('idNumber'),
    card: read('card'),
    phone: read('phone'),
  };
}
