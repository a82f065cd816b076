/** A trust centre on a socket, with a clock that the test turns and a gateway's key. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { listen } from '#adapters/wire';
import { toBase64Url } from '#base/bytes';
import { addMs, type Clock, formatInstant, type Instant, instantFromMs } from '#base/clock';
import { systemRandom } from '#base/random';
import { trustCentreHandler } from '#doors/wire';
import type { Signer } from '#formats/crypto';
import { disclose, saltBytes } from '#formats/disclosure';
import { type Attestation, attest, enrolmentDigest, enrolmentMessage } from '#formats/entry';
import { buildCsr, buildName } from '#formats/x509';
import type { Enrolment, EventRequest, NamedPerson } from '#trust/ca';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { openTrustCentre, TrustCentreClient } from './index.ts';

/** The commitment to her telephone, the same in the words of both gateways. */
const herPhone = 'commitment-to-her-telephone';

const startedAt = instantFromMs(1_795_000_000_123);

export class Centre {
  readonly folder: string;
  readonly client: TrustCentreClient;
  readonly gateway: Signer = softSigner(generateSoftKey('ed25519'));
  readonly identityGateway: Signer = softSigner(generateSoftKey('ed25519'));
  /** Her phone's enrolment key, which every confirmed intent names. */
  readonly phone: Signer = sessionKey();
  now: Instant = startedAt;
  /** How far the wall clock was set away from what passed. */
  steppedMs = 0;
  /** What servers of time outside have found against its clock. */
  distrusted: string | undefined;
  sealsOpen = true;
  simulatorsAllowed = true;
  #close: (() => Promise<void>) | undefined;

  readonly clock: Clock = { now: () => addMs(this.now, this.steppedMs), source: 'LOCAL_CLOCK' };

  private constructor(folder: string) {
    this.folder = folder;
    this.client = new TrustCentreClient(join(folder, 's'));
  }

  static async open(): Promise<Centre> {
    const centre = new Centre(await mkdtemp(join(tmpdir(), 'fubie-tc-')));
    await centre.start();
    return centre;
  }

  /** Starts the process's parts again over the same folder, as after a crash. */
  async start(): Promise<void> {
    await this.#close?.();
    const parts = await openTrustCentre({
      folder: this.folder,
      gatewayKey: this.gateway.publicKey,
      identityKey: this.identityGateway.publicKey,
      simulatorsAllowed: this.simulatorsAllowed,
      engine: nodeEngine,
      clock: this.clock,
      elapsedMs: () => this.now - startedAt,
      random: systemRandom,
      distrusted: () => this.distrusted,
    });
    const handler = trustCentreHandler({ ...parts, sealsOpen: this.sealsOpen });
    const listening = await listen(join(this.folder, 's'), handler);
    this.#close = () => listening.close();
  }

  async timestamper(): Promise<TimestampClient> {
    return new TimestampClient({
      line: this.client,
      authorities: await this.client.stampCertificates(),
      reread: () => this.client.stampCertificates(),
      policy: testStampPolicy,
      engine: nodeEngine,
      clock: { now: () => this.now, source: 'LOCAL_CLOCK' },
      random: systemRandom,
    });
  }

  pass(ms: number): void {
    this.now = addMs(this.now, ms);
  }

  async confirmed(intent: string, by: Signer = this.gateway): Promise<Attestation> {
    const at = formatInstant(this.now);
    const enrolment = await enrolmentDigest(this.phone.publicKey, nodeEngine);
    const named = { v: 1, kind: 'sms.intent', intent, phone: herPhone, documents: [], enrolment };
    return attest({ ...named, at, simulator: true }, 'sms', by);
  }

  /** Asks for a certificate as her phone does, or as another that makes its own proof. */
  async issue(
    asked: Omit<EventRequest, 'enrolmentKey' | 'proof'>,
    by: Signer = this.phone,
  ): Promise<Enrolment> {
    const proof = await by.sign(enrolmentMessage(asked.csr));
    return this.client.issueEventCertificate({ ...asked, enrolmentKey: by.publicKey, proof });
  }

  /** What the asker says of the person, with the identity gateway's word that it is so. */
  async named(
    name: string,
    told: { result?: string; phone?: string; kind?: string; by?: string; signer?: Signer } = {},
  ): Promise<NamedPerson & { readonly identity: Attestation }> {
    const salt = systemRandom.bytes(saltBytes);
    const opened = await disclose({ salt, name: 'name', value: name }, nodeEngine);
    const { result = 'match', phone = herPhone, kind = 'identity.four_element' } = told;
    const commitments = { name: opened.sha256, phone };
    const statement = { v: 1, kind, result, commitments, at: formatInstant(this.now) };
    const { by = 'identity', signer = this.identityGateway } = told;
    const identity = await attest({ ...statement, simulator: true }, by, signer);
    return { name, nameSalt: toBase64Url(salt), identity };
  }

  async close(): Promise<void> {
    await this.#close?.();
    await rm(this.folder, { recursive: true });
  }
}

export async function request(signer: Signer): Promise<Uint8Array> {
  return buildCsr(buildName([['commonName', 'session']]), signer);
}

export function sessionKey(): Signer {
  return softSigner(generateSoftKey('p256'));
}
