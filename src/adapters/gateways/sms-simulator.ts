/**
 * The SMS gateway, simulated: sends one code per intent to a handset and attests that it came back.
 *
 * The code is born here and is readable on the handset only (by its SIM's secret), so the server
 * cannot confirm an intent for a person who typed nothing. What is attested names the phone by a
 * salted commitment, the digests of the documents shown and the phone's enrolment key, and the
 * message shows the first letters of both digests. Says no for refusedBySms.
 */

import { createHmac } from 'node:crypto';
import type { Handler, Request } from '#adapters/wire';
import { equal, toBase64Url, utf8 } from '#base/bytes';
import { canonicalBytes, type Json } from '#base/canonical';
import { addSeconds, type Clock, formatInstant, parseInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';
import type { Engine, Signer } from '#formats/crypto';
import { attest, attestationJson, shownDigestLetters } from '#formats/entry';
import { commitment, saltPattern } from './commitment.ts';
import {
  bodyOf,
  digestPattern,
  heldText,
  idPattern,
  type Members,
  serveJson,
  textOf,
} from './exchange.ts';
import { isSyntheticPhone, refusedBySms } from './population.ts';
import { type GatewayRegister, recall, remember, Turns } from './register.ts';

const codeSeconds = 300;
const codeTriesMax = 5;
/** Wrong codes for one number, whatever the intent: guessing six digits must take centuries. */
const wrongTriesPerDayMax = 20;
const daySeconds = 86_400;
const codeDigits = 6;
const documentsMax = 32;
const phonePattern = /^\d{11}$/;
/** One message of the kind people read: no control characters, no links to be tapped. */
const textPattern = /^(?!.*:\/\/)[^\p{C}]{1,200}$/u;
const codePattern = /^\d{6}$/;

export interface SmsSimulatorParts {
  readonly signer: Signer;
  readonly engine: Engine;
  readonly register: GatewayRegister;
  readonly clock: Clock;
  readonly random: Random;
  /** From this master secret each handset's SIM secret is derived; it never leaves the gateway. */
  readonly simMaster: Uint8Array;
}

/** The secret on one handset's SIM; whoever issues the SIM needs the gateway's master secret. */
export function simSecretOf(simMaster: Uint8Array, phone: string): string {
  const mac = createHmac('sha256', simMaster).update(`fubie/sim/v1\n${phone}`).digest();
  return toBase64Url(new Uint8Array(mac));
}

export function smsSimulator(parts: SmsSimulatorParts): Handler {
  const simulator = new SmsSimulator(parts);
  return serveJson((request) => simulator.answer(request));
}

class SmsSimulator {
  readonly #parts: SmsSimulatorParts;
  readonly #turns = new Turns();

  constructor(parts: SmsSimulatorParts) {
    this.#parts = parts;
  }

  async answer(request: Request): Promise<Json> {
    const route = `${request.method} ${request.path}`;
    if (route === 'GET /health') return { ok: true, simulator: true };
    if (route === 'POST /codes') return this.#send(bodyOf(request));
    if (route === 'POST /messages') return this.#tell(bodyOf(request));
    const intent = /^POST \/codes\/([A-Za-z0-9_-]{1,64})\/confirm$/.exec(route)?.[1];
    if (intent !== undefined) {
      return this.#turns.take(intent, () => this.#confirm(intent, bodyOf(request)));
    }
    const phone = /^GET \/handsets\/(\d{11})\/messages$/.exec(route)?.[1];
    if (phone !== undefined) return this.#messages(phone, request.headers['authorization']);
    throw new Fault('gateways.route_unknown');
  }

  async #send(body: Members): Promise<Json> {
    const intent = textOf(body, 'intent', idPattern);
    const phone = textOf(body, 'phone', phonePattern);
    const salt = textOf(body, 'salt', saltPattern);
    const documents = documentsOf(body);
    const enrolment = textOf(body, 'enrolment', digestPattern);
    if (!isSyntheticPhone(phone) || phone === refusedBySms.phone) {
      throw new Fault('sms.number_out_of_service');
    }
    return this.#turns.take(intent, async () => {
      const asked = { intent, phone, salt, documents, enrolment };
      const held = await recall(this.#parts.register, `intents/${intent}`);
      const sent = held ?? (await this.#open(asked));
      // One intent is one phone and one set of documents: a second question must be the same one.
      if (!sameAsked(sent, asked)) throw new Fault('sms.intent_differs', { intent });
      return { intent, sentAt: heldText(sent, 'at'), simulator: true };
    });
  }

  /** A text without a code, such as the receipt; the same message again sends nothing more. */
  async #tell(body: Members): Promise<Json> {
    const message = textOf(body, 'message', idPattern);
    const phone = textOf(body, 'phone', phonePattern);
    const text = textOf(body, 'text', textPattern);
    if (!isSyntheticPhone(phone) || phone === refusedBySms.phone) {
      throw new Fault('sms.number_out_of_service');
    }
    const { register, clock } = this.#parts;
    return this.#turns.take(message, async () => {
      const held = await recall(register, `messages/${message}`);
      const same =
        held === undefined ||
        (heldText(held, 'phone') === phone && heldText(held, 'text') === text);
      if (!same) throw new Fault('sms.intent_differs', { intent: message });
      const sent = { phone, text, at: held ? heldText(held, 'at') : formatInstant(clock.now()) };
      await remember(register, `inbox/${phone}/${message}`, { intent: message });
      await remember(register, `messages/${message}`, sent);
      return { message, sentAt: sent.at, simulator: true };
    });
  }

  async #open(asked: Asked): Promise<Members> {
    const { register, clock, random } = this.#parts;
    const at = clock.now();
    const sent = { ...asked, code: makeCode(random), at: formatInstant(at) };
    // The inbox line first: an inbox line without its intent is skipped by the reader, while an
    // intent without its inbox line would be a code that reaches nobody.
    await remember(register, `inbox/${asked.phone}/${asked.intent}`, { intent: asked.intent });
    await remember(register, `intents/${asked.intent}`, sent);
    return sent;
  }

  async #messages(phone: string, authorization: string | undefined): Promise<Json> {
    const { register, simMaster } = this.#parts;
    const secret = utf8(`Bearer ${simSecretOf(simMaster, phone)}`);
    if (!equal(secret, utf8(authorization ?? ''))) throw new Fault('sms.sim_wrong');
    const messages: { intent: string; at: string; text: string; simulator: true }[] = [];
    for (const name of await register.list(`inbox/${phone}`)) {
      const intent = name.slice(`inbox/${phone}/`.length);
      const asked = await recall(register, `intents/${intent}`);
      const sent = asked ?? (await recall(register, `messages/${intent}`));
      if (sent === undefined) continue;
      const shown = asked === undefined ? plainText(sent) : messageText(asked);
      messages.push({ intent, at: heldText(sent, 'at'), text: shown, simulator: true });
    }
    messages.sort((a, b) => parseInstant(a.at) - parseInstant(b.at));
    return { messages };
  }

  async #confirm(intent: string, body: Members): Promise<Json> {
    const { register, clock } = this.#parts;
    const typed = textOf(body, 'code', codePattern);
    const sent = await recall(register, `intents/${intent}`);
    if (sent === undefined) throw new Fault('sms.intent_unknown');
    const right = typed === heldText(sent, 'code');
    const confirmed = await recall(register, `confirmed/${intent}`);
    if (confirmed !== undefined && right) return confirmed as Json;
    if (clock.now() > addSeconds(parseInstant(heldText(sent, 'at')), codeSeconds)) {
      throw new Fault('sms.code_expired');
    }
    const tries = await register.list(`tries/${intent}`);
    if (tries.length >= codeTriesMax) throw new Fault('sms.tries_spent');
    await this.#refuseGuesser(heldText(sent, 'phone'));
    if (!right) {
      const at = formatInstant(clock.now());
      await remember(register, `tries/${intent}/${tries.length + 1}`, { at });
      await remember(register, `wrong/${heldText(sent, 'phone')}/${intent}-${tries.length}`, {
        at,
      });
      throw new Fault('sms.code_wrong', { left: codeTriesMax - tries.length - 1 });
    }
    const answer = { attestation: await this.#attest(sent), simulator: true };
    // Step: remembered before it is told. A crash before this line leaves nothing signed outside.
    await remember(register, `confirmed/${intent}`, answer);
    return answer;
  }

  /** A thief can ask for ever new codes, but not for ever new numbers. */
  async #refuseGuesser(phone: string): Promise<void> {
    const { register, clock } = this.#parts;
    const since = addSeconds(clock.now(), -daySeconds);
    let wrong = 0;
    for (const name of await register.list(`wrong/${phone}`)) {
      const held = await recall(register, name);
      if (held !== undefined && parseInstant(heldText(held, 'at')) > since) wrong += 1;
    }
    if (wrong >= wrongTriesPerDayMax) throw new Fault('sms.number_locked');
  }

  async #attest(sent: Members): Promise<Json> {
    const { engine, clock, signer } = this.#parts;
    const disclosed = {
      salt: heldText(sent, 'salt'),
      name: 'phone',
      value: heldText(sent, 'phone'),
    };
    const statement = {
      v: 1,
      kind: 'sms.intent',
      intent: heldText(sent, 'intent'),
      phone: await commitment(engine, disclosed),
      documents: documentsOf(sent),
      enrolment: enrolmentIn(sent),
      at: formatInstant(clock.now()),
      clock: clock.source,
      simulator: true,
    };
    return attestationJson(await attest(statement, 'sms', signer));
  }
}

interface Asked {
  readonly intent: string;
  readonly phone: string;
  readonly salt: string;
  readonly documents: readonly string[];
  /** base64 SHA-256 of the key that the phone made before it asked. */
  readonly enrolment: string;
}

function sameAsked(sent: Members, asked: Asked): boolean {
  const { intent, phone, salt, documents, enrolment } = asked;
  const held = {
    intent: heldText(sent, 'intent'),
    phone: heldText(sent, 'phone'),
    salt: heldText(sent, 'salt'),
    documents: documentsOf(sent),
    enrolment: enrolmentIn(sent),
  };
  return equal(canonicalBytes(held), canonicalBytes({ intent, phone, salt, documents, enrolment }));
}

function documentsOf(members: Members): readonly string[] {
  const documents = members['documents'];
  const listed = Array.isArray(documents) && documents.length > 0;
  if (!listed || documents.length > documentsMax) {
    throw new Fault('gateways.request_malformed', { member: 'documents' });
  }
  return documents.map((digest, at) => textOf({ [at]: digest }, String(at), digestPattern));
}

/** Empty for an intent that an older make of this gateway wrote down: it gets no certificate. */
function enrolmentIn(sent: Members): string {
  const enrolment = sent['enrolment'];
  return typeof enrolment === 'string' ? enrolment : '';
}

function plainText(sent: Members): string {
  return `【模拟短信】${heldText(sent, 'text')}`;
}

function messageText(sent: Members): string {
  const code = heldText(sent, 'code');
  const documents = documentsOf(sent);
  const shown = (documents[0] ?? '').slice(0, shownDigestLetters);
  const key = enrolmentIn(sent).slice(0, shownDigestLetters);
  return (
    `【模拟短信】验证码 ${code}，用于确认签署 ${documents.length} 份文件` +
    `（首份摘要 ${shown}…，签署密钥 ${key}…），5 分钟内有效。任何人向您索取验证码均为诈骗。`
  );
}

/** Six digits without bias: a draw above the largest multiple of a million is thrown away. */
function makeCode(random: Random): string {
  const range = 10 ** codeDigits;
  const drawsMax = 64;
  for (let draw = 0; draw < drawsMax; draw += 1) {
    const [a = 0, b = 0, c = 0] = random.bytes(3);
    const value = a * 65_536 + b * 256 + c;
    if (value < 16 * range) return String(value % range).padStart(codeDigits, '0');
  }
  throw new Error('assertion: 64 draws in a row above 16,000,000 of 16,777,216');
}
