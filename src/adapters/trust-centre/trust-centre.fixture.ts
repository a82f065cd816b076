/** A trust centre on a socket, with a clock that the test turns and a gateway's key. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { listen } from '#adapters/wire';
import { addMs, type Clock, formatInstant, type Instant, instantFromMs } from '#base/clock';
import { systemRandom } from '#base/random';
import { trustCentreHandler } from '#doors/wire';
import type { Signer } from '#formats/crypto';
import { type Attestation, attest } from '#formats/entry';
import { buildCsr, buildName } from '#formats/x509';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { openTrustCentre, TrustCentreClient } from './index.ts';

const startedAt = instantFromMs(1_795_000_000_123);

export class Centre {
  readonly folder: string;
  readonly client: TrustCentreClient;
  readonly gateway: Signer = softSigner(generateSoftKey('ed25519'));
  now: Instant = startedAt;
  /** How far the wall clock was set away from what passed. */
  steppedMs = 0;
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
      simulatorsAllowed: this.simulatorsAllowed,
      engine: nodeEngine,
      clock: this.clock,
      elapsedMs: () => this.now - startedAt,
      random: systemRandom,
    });
    const handler = trustCentreHandler({ ...parts, sealsOpen: this.sealsOpen });
    const listening = await listen(join(this.folder, 's'), handler);
    this.#close = () => listening.close();
  }

  async timestamper(): Promise<TimestampClient> {
    return new TimestampClient({
      line: this.client,
      authorities: [await this.client.stampCertificate()],
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
    return attest(
      { v: 1, kind: 'sms.intent', intent, at, documents: [], simulator: true },
      'sms',
      by,
    );
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
