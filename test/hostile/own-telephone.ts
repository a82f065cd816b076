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
import type { Attestation } from '#formats/entry';
import type { EntryDraft } from '#trust/evidence';
import { socketOf } from '../../src/main/estate.ts';
import { gatewayKey } from '../../src/main/trust-folder.ts';
import type { World } from '../world.ts';
import { sha256Of } from './thief.ts';

const saltBytes = 16;
const himself: SyntheticPerson = {
  name: '贾窃',
  idNumber: '990101199111300025',
  card: '9900010000000000018',
  phone: '00000000042',
};

type Ask = (question: Parameters<typeof call>[1]) => ReturnType<typeof call>;

export function askGateway(world: World, name: string): Ask {
  return (question) => call(socketOf(world.house.estate, name), question);
}

export async function smsGateway(world: World): Promise<SmsGateway> {
  return new SmsGateway(await gatewayParts(world, 'sms'));
}

export function freshSalt(): string {
  return toBase64Url(systemRandom.bytes(saltBytes));
}

/** The SMS gateway's genuine word on a document, from his own handset. */
export class OwnTelephone {
  readonly #matched: Attestation;
  readonly #salt: string;
  readonly #world: World;

  private constructor(parts: { matched: Attestation; salt: string; world: World }) {
    this.#matched = parts.matched;
    this.#salt = parts.salt;
    this.#world = parts.world;
  }

  static async open(world: World): Promise<OwnTelephone> {
    const salts = { name: freshSalt(), idNumber: freshSalt(), card: freshSalt() };
    const salt = freshSalt();
    const gateway = new IdentityGateway(await gatewayParts(world, 'identity'));
    const request = uuidv7({ clock: systemClock, random: systemRandom });
    const question = { request, person: himself, salts: { ...salts, phone: salt } };
    const { attestation } = await gateway.check(question);
    return new OwnTelephone({ matched: attestation, salt, world });
  }

  async confirm(document: Uint8Array): Promise<Attestation> {
    const sms = await smsGateway(this.#world);
    const intent = uuidv7({ clock: systemClock, random: systemRandom });
    const { phone } = himself;
    const documents = [await sha256Of(document)];
    await sms.sendCode({ intent, phone, salt: this.#salt, documents });
    const { simSecret } = await this.#world.sim(phone);
    const messages = await readHandset(askGateway(this.#world, 'sms'), { phone, simSecret });
    const code = /\d{6}/.exec(messages.find((one) => one.intent === intent)?.text ?? '')?.[0];
    return sms.confirm(intent, code ?? '');
  }

  /** A second application in her name with his telephone, and the gateway's word on himself. */
  beside(draft: EntryDraft): readonly [EntryDraft, ...EntryDraft[]] {
    const { caseId, subject, type } = draft;
    const bare = { caseId, type, ...(subject === undefined ? {} : { subject }), of: [] };
    if (type === 'identity.checked') {
      return [draft, { ...bare, disclosures: [], att: this.#matched }];
    }
    if (type !== 'application.received') return [draft];
    const disclosures = [
      { name: 'name', value: syntheticBorrower.name },
      { name: 'phone', value: himself.phone, salt: this.#salt },
    ];
    return [draft, { ...bare, disclosures }];
  }
}

async function gatewayParts(world: World, name: string) {
  return {
    call: askGateway(world, name),
    key: await gatewayKey(world.trust, name),
    engine: nodeEngine,
    simulatorsAllowed: true,
  };
}
