/**
 * The credit bureau, simulated: one report per signed authorisation.
 *
 * Without the digest of the signed 征信查询授权书 nothing is answered. The report goes to the asker;
 * the signed statement holds only a salted commitment to it. refusedByBureau has defaults.
 */
import type { Handler } from '#adapters/wire';
import { toBase64Url, toHex } from '#base/bytes';
import { canonical, canonicalBytes, type Json } from '#base/canonical';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { attest, attestationJson } from '#formats/entry';
import { commitment, saltPattern } from './commitment.ts';
import {
  bodyOf,
  digestPattern,
  heldText,
  idPattern,
  type Members,
  membersOf,
  serveJson,
  textOf,
} from './exchange.ts';
import type { SimulatorParts } from './identity-simulator.ts';
import { isSyntheticIdNumber, refusedByBureau } from './population.ts';
import { recall, remember, Turns } from './register.ts';

const scoreFloor = 680;
const scoreSpread = 120;
const refusedScore = 421;
const refusedDefaults = 3;

/** POST /queries {request, authorisation, name, idNumber, salts:{name, idNumber, report}}. */
export function bureauSimulator(parts: SimulatorParts): Handler {
  const turns = new Turns();
  return serveJson(async (request) => {
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /health') return { ok: true, simulator: true };
    if (route !== 'POST /queries') throw new Fault('gateways.route_unknown');
    const asked = readQuestion(bodyOf(request));
    return turns.take(asked.request, () => answerOnce(parts, asked));
  });
}

interface Question {
  readonly request: string;
  readonly authorisation: string;
  readonly name: string;
  readonly idNumber: string;
  readonly salts: { readonly name: string; readonly idNumber: string; readonly report: string };
}

function readQuestion(body: Members): Question {
  if (body['authorisation'] === undefined) throw new Fault('bureau.authorisation_missing');
  const salts = membersOf(body['salts']);
  return {
    request: textOf(body, 'request', idPattern),
    authorisation: textOf(body, 'authorisation', digestPattern),
    name: textOf(body, 'name', /^[\p{L}·]{2,40}$/u),
    idNumber: textOf(body, 'idNumber', /^\d{17}[\dX]$/),
    salts: {
      name: textOf(salts, 'name', saltPattern),
      idNumber: textOf(salts, 'idNumber', saltPattern),
      report: textOf(salts, 'report', saltPattern),
    },
  };
}

async function answerOnce(parts: SimulatorParts, asked: Question): Promise<Json> {
  const held = await recall(parts.register, `queries/${asked.request}`);
  const question = toBase64Url(
    await parts.engine.digest('sha256', canonicalBytes({ ...asked, salts: { ...asked.salts } })),
  );
  if (held !== undefined && heldText(held, 'question') !== question) {
    throw new Fault('bureau.request_differs');
  }
  const report = await reportOn(parts, asked);
  if (held !== undefined) {
    return { report, attestation: held['attestation'] as Json, simulator: true };
  }
  const attestation = await attestReport(parts, asked, report);
  await remember(parts.register, `queries/${asked.request}`, { question, attestation });
  return { report, attestation, simulator: true };
}

/** The same person has the same report at any time, so a question repeated gets the same bytes. */
async function reportOn(parts: SimulatorParts, asked: Question): Promise<Json> {
  if (!isSyntheticIdNumber(asked.idNumber)) return { known: false, simulator: true };
  if (asked.name === refusedByBureau.name && asked.idNumber === refusedByBureau.idNumber) {
    return { known: true, score: refusedScore, defaults: refusedDefaults, simulator: true };
  }
  const digest = toHex(await parts.engine.digest('sha256', canonicalBytes(asked.idNumber)));
  const score = scoreFloor + (Number.parseInt(digest.slice(0, 6), 16) % scoreSpread);
  return { known: true, score, defaults: 0, simulator: true };
}

async function attestReport(parts: SimulatorParts, asked: Question, report: Json): Promise<Json> {
  const { engine, clock, signer } = parts;
  const commit = (name: 'name' | 'idNumber' | 'report', value: string): Promise<string> =>
    commitment(engine, { salt: asked.salts[name], name, value });
  const statement = {
    v: 1,
    kind: 'bureau.report',
    request: asked.request,
    authorisation: asked.authorisation,
    commitments: {
      name: await commit('name', asked.name),
      idNumber: await commit('idNumber', asked.idNumber),
      report: await commit('report', canonical(report)),
    },
    at: formatInstant(clock.now()),
    clock: clock.source,
    simulator: true,
  };
  return attestationJson(await attest(statement, 'bureau', signer));
}
