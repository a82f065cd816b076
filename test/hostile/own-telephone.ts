/**
 * A thief who is a person too: his own name, number and handset, known to every gateway. With them
 * he confirms what he likes; nothing of it may count as hers.
 */

import { nodeEngine } from '#adapters/engine';
import {
  IdentityGateway,
  readHandset,
  SmsGateway,
  type SyntheticPerson,
  syntheticBorrower,
} from '#adapters/gateways';
import { call } from '#adapters/wire';
import { toBase64Url } from '#base/bytes';
import { systemClock } from '#base/clock';
import { uuidv7 } from '#base/id';
import { systemRandom } from '#base/random';
import type { Signer } from '#formats/crypto';
import { type Attestation, enrolmentDigest } from '#formats/entry';
import type { NamedPerson } from '#trust/ca';
import type { EntryDraft } from '#trust/evidence';
import { socketOf } from '../../src/main/estate/estate.ts';
import { gatewayKey } from '../../src/main/estate/trust-folder.ts';
import type { Guest } from '../guest.ts';
import { freshKey } from './forgery.ts';
import { sha256Of } from './thief.ts';

const saltBytes = 16;
const himself: SyntheticPerson = {
  name: '贾窃',
  idNumber: '990101199111300025',
  card: '9900010000000000018',
  phone: '00000000042',
};

type Ask = (question: Parameters<typeof call>[1]) => ReturnType<typeof call>;

export function askGateway(world: Guest, name: string): Ask {
  return (question) => call(socketOf(world.house.estate, name), question);
}

export async function smsGateway(world: Guest): Promise<SmsGateway> {
  return new SmsGateway(await gatewayParts(world, 'sms'));
}

export function freshSalt(): string {
  return toBase64Url(systemRandom.bytes(saltBytes));
}

/** What the SMS gateway signs when the owner of this handset types the code. */
export async function confirmOn(
  world: Guest,
  order: { phone: string; salt: string; documents: readonly string[]; device: Signer },
): Promise<Attestation> {
  const { device, ...asked } = order;
  const sms = await smsGateway(world);
  const intent = uuidv7({ clock: systemClock, random: systemRandom });
  const enrolment = await enrolmentDigest(device.publicKey, nodeEngine);
  await sms.sendCode({ ...asked, intent, enrolment });
  const { phone, simSecret } = await world.sim(order.phone);
  const messages = await readHandset(askGateway(world, 'sms'), { phone, simSecret });
  const code = /\d{6}/.exec(messages.find((one) => one.intent === intent)?.text ?? '')?.[0];
  return sms.confirm(intent, code ?? '');
}

/** The SMS gateway's genuine word on a document, from his own handset. */
export class OwnTelephone {
  /** The identity gateway's genuine word on himself. */
  readonly named: NamedPerson;
  /** The enrolment key of his device. */
  readonly device = freshKey();
  readonly #salt: string;
  readonly #world: Guest;

  private constructor(parts: { named: NamedPerson; salt: string; world: Guest }) {
    this.named = parts.named;
    this.#salt = parts.salt;
    this.#world = parts.world;
  }

  static async open(world: Guest): Promise<OwnTelephone> {
    const salts = { name: freshSalt(), idNumber: freshSalt(), card: freshSalt() };
    const salt = freshSalt();
    const gateway = new IdentityGateway(await gatewayParts(world, 'identity'));
    const request = uuidv7({ clock: systemClock, random: systemRandom });
    const question = { request, person: himself, salts: { ...salts, phone: salt } };
    const { attestation } = await gateway.check(question);
    const named = { name: himself.name, nameSalt: salts.name, identity: attestation };
    return new OwnTelephone({ named, salt, world });
  }

  async confirm(document: Uint8Array): Promise<Attestation> {
    const documents = [await sha256Of(document)];
    const { phone } = himself;
    return confirmOn(this.#world, { phone, salt: this.#salt, documents, device: this.device });
  }

  /** A second application in her name with his telephone, and the gateway's word on himself. */
  beside(draft: EntryDraft): readonly [EntryDraft, ...EntryDraft[]] {
    const { caseId, subject, type } = draft;
    const bare = { caseId, type, ...(subject === undefined ? {} : { subject }), of: [] };
    if (type === 'identity.checked') {
      const { identity } = this.named;
      return [draft, { ...bare, disclosures: [], ...(identity && { att: identity }) }];
    }
    if (type !== 'application.received') return [draft];
    const disclosures = [
      { name: 'name', value: syntheticBorrower.name },
      { name: 'phone', value: himself.phone, salt: this.#salt },
    ];
    return [draft, { ...bare, disclosures }];
  }
}

async function gatewayParts(world: Guest, name: string) {
  return {
    call: askGateway(world, name),
    key: await gatewayKey(world.trust, name),
    engine: nodeEngine,
    simulatorsAllowed: true,
  };
}
