/**
 * Objects in an S3 bucket with Object Lock: written once, and for as long as the lock lasts neither
 * replaced nor removed by anybody, the owner of the bucket included (mode COMPLIANCE).
 *
 * The protocol is Amazon S3's REST API with Signature Version 4; path style, so that any S3 is
 * reached by host and port. A version that came second is never read: the first one has the name.
 */
import { createHash, createHmac } from 'node:crypto';
import { equal, toHex } from '#base/bytes';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';

/** Less than an open transaction may wait for (`idleInTransactionMsMax`). */
const answerMsMax = 10_000;
const region = 'us-east-1';

/** Where the bucket is, and with which keys. */
export interface S3Parts {
  /** `https://s3.bank.example:9000`, without a path. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** How long nobody may remove what is written now; 0 where the bucket has no Object Lock. */
  readonly lockDays: number;
  readonly clock: Clock;
}

interface Asked {
  readonly method: 'GET' | 'PUT' | 'HEAD' | 'DELETE' | 'POST';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

const dayMs = 86_400_000;

/** One bucket of originals; see `putOnce`. */
export class S3Objects {
  readonly #parts: S3Parts;

  constructor(parts: S3Parts) {
    this.#parts = parts;
  }

  /** Makes the bucket with Object Lock; one that is there is left as it is. */
  async makeBucket(): Promise<void> {
    const headers = { 'x-amz-bucket-object-lock-enabled': 'true' };
    const answer = await this.#ask({ method: 'PUT', path: '', headers });
    if (answer.status !== 200 && answer.status !== 409) throw await refused(answer, 'bucket');
  }

  /** The same bytes again are welcome; other bytes are objects.exists_differently. */
  async putOnce(name: string, bytes: Uint8Array): Promise<void> {
    const held = await this.get(name);
    if (held !== undefined) {
      if (!equal(held, bytes)) throw new Fault('objects.exists_differently', { name });
      return;
    }
    const headers = {
      'content-md5': createHash('md5').update(bytes).digest('base64'),
      ...this.#lock(),
      // Of two who come at once the second is told; a store that does not know it keeps versions.
      'if-none-match': '*',
    };
    const answer = await this.#ask({ method: 'PUT', path: name, headers, body: bytes });
    if (answer.status !== 200 && answer.status !== 412) throw await refused(answer, name);
    const first = await this.get(name);
    if (first === undefined || !equal(first, bytes)) {
      throw new Fault('objects.exists_differently', { name });
    }
  }

  /** The first version of that name: what was written later over it is nobody's original. */
  async get(name: string): Promise<Uint8Array | undefined> {
    const version = (await this.versions(name)).at(-1);
    if (version === undefined) return undefined;
    const query = { versionId: version };
    const answer = await this.#ask({ method: 'GET', path: name, query });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw await refused(answer, name);
    return new Uint8Array(await answer.arrayBuffer());
  }

  /** Versions of one name, newest first. */
  async versions(name: string): Promise<readonly string[]> {
    const query = { prefix: name, versions: '' };
    const answer = await this.#ask({ method: 'GET', path: '', query });
    if (answer.status !== 200) throw await refused(answer, name);
    const text = await answer.text();
    return [...text.matchAll(/<Version>[\s\S]*?<\/Version>/g)]
      .map(([one]) => one)
      .filter((one) => one.includes(`<Key>${name}</Key>`))
      .flatMap((one) => /<VersionId>([^<]*)<\/VersionId>/.exec(one)?.[1] ?? []);
  }

  /** Every name in the bucket, sorted. */
  async list(): Promise<readonly string[]> {
    return (await this.#listed('')).map(({ name }) => name).toSorted();
  }

  /** When the newest version was written, in milliseconds of the epoch. */
  async writtenAt(name: string): Promise<number | undefined> {
    return (await this.#listed(name)).find((one) => one.name === name)?.writtenAt;
  }

  /** Every version of it; objects.refused while a lock stands. */
  async remove(name: string): Promise<void> {
    for (const version of await this.versions(name)) {
      const status = await this.tryRemove(name, version);
      if (status !== 204 && status !== 200 && status !== 404) {
        throw new Fault('objects.refused', { name, status });
      }
    }
  }

  /** Names that begin so (ListObjectsV2), page by page. */
  async #listed(prefix: string): Promise<readonly { name: string; writtenAt: number }[]> {
    const found: { name: string; writtenAt: number }[] = [];
    let next: string | undefined;
    do {
      const from = next === undefined ? {} : { 'continuation-token': next };
      const query = { 'list-type': '2', prefix, ...from };
      const answer = await this.#ask({ method: 'GET', path: '', query });
      if (answer.status !== 200) throw await refused(answer, prefix);
      const text = await answer.text();
      for (const [one] of text.matchAll(/<Contents>[\s\S]*?<\/Contents>/g)) {
        const name = /<Key>([^<]*)<\/Key>/.exec(one)?.[1];
        const writtenAt = Date.parse(/<LastModified>([^<]*)<\//.exec(one)?.[1] ?? '');
        if (name !== undefined) found.push({ name, writtenAt });
      }
      next = /<NextContinuationToken>([^<]+)<\//.exec(text)?.[1];
    } while (next !== undefined);
    return found;
  }

  #lock(): Readonly<Record<string, string>> {
    const { clock, lockDays } = this.#parts;
    if (lockDays === 0) return {};
    return {
      'x-amz-object-lock-mode': 'COMPLIANCE',
      'x-amz-object-lock-retain-until-date': new Date(clock.now() + lockDays * dayMs).toISOString(),
    };
  }

  /** Asks the store to remove one version, lock or no lock; answers its status. */
  async tryRemove(name: string, version: string): Promise<number> {
    const query = { versionId: version };
    return (await this.#ask({ method: 'DELETE', path: name, query })).status;
  }

  async #ask({ method, path, query = {}, headers = {}, body }: Asked): Promise<Response> {
    const { endpoint, bucket } = this.#parts;
    const url = new URL(`/${bucket}${path === '' ? '' : `/${path}`}`, endpoint);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const signed = this.#sign({ method, url, headers, body: body ?? new Uint8Array(0) });
    try {
      const signal = AbortSignal.timeout(answerMsMax);
      const sent = body === undefined ? {} : { body: Uint8Array.from(body) };
      return await fetch(url, { method, headers: signed, signal, ...sent });
    } catch (cause) {
      // Without the address: whoever asked for a file has no business in the bank's network.
      throw new Fault('objects.unreachable', {}, { retryable: true, cause });
    }
  }

  /** AWS Signature Version 4: every header that is sent is covered, and so is the body. */
  #sign({ method, url, headers, body }: Unsigned) {
    const { accessKey, secretKey, clock } = this.#parts;
    const stamp = new Date(clock.now()).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
    const day = stamp.slice(0, 8);
    const payload = sha256(body);
    const all: Record<string, string> = {
      ...headers,
      host: url.host,
      'x-amz-content-sha256': payload,
      'x-amz-date': stamp,
    };
    const names = Object.keys(all).toSorted();
    const query = [...url.searchParams]
      .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
      .toSorted()
      .join('&');
    const lines = names.map((name) => `${name}:${all[name] ?? ''}\n`).join('');
    const asked = [method, url.pathname, query, lines, names.join(';'), payload].join('\n');
    const scope = `${day}/${region}/s3/aws4_request`;
    const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(asked)].join('\n');
    const key = [day, region, 's3', 'aws4_request'].reduce<Uint8Array | string>(
      (held, part) => hmac(held, part),
      `AWS4${secretKey}`,
    );
    const { host: _host, ...sent } = all;
    const signature = toHex(hmac(key, text));
    const authorization =
      `AWS4-HMAC-SHA256 Credential=${accessKey}/${scope}, ` +
      `SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return { ...sent, authorization };
  }
}

/** Keys, quota, policy: the store's keeper mends it, so that the same request is right later. */
async function refused(answer: Response, name: string): Promise<Fault> {
  const text = await answer.text();
  const code = /<Code>([A-Za-z]+)<\/Code>/.exec(text)?.[1] ?? String(answer.status);
  const told = { name, code, status: answer.status };
  return new Fault('objects.refused', told, { retryable: true });
}

function sha256(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}

function hmac(key: string | Uint8Array, text: string): Uint8Array {
  return new Uint8Array(createHmac('sha256', key).update(text).digest());
}

/** RFC 3986 as Signature Version 4 wants it. */
function encoded(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
