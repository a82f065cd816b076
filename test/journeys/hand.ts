/**
 * One person's hand on the REST face: each request by itself, with its key and token in sight.
 *
 * A phone hides what a journey wants to try: steps out of turn, other people's tokens, keys used
 * twice. What is refused comes back as a code and is no exception.
 */
import { fromUtf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import type { Random } from '#base/random';

export type Members = { readonly [name: string]: Json };

export interface Said {
  readonly status: number;
  /** The code of a refusal; `ok` when it was none. */
  readonly code: string;
  readonly body: Members;
  readonly bytes: Uint8Array;
}

export interface Manner {
  readonly key?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const keyBytes = 18;

export class Hand {
  token = '';
  readonly #url: string;
  readonly #random: Random;

  constructor(url: string, random: Random) {
    this.#url = url;
    this.#random = random;
  }

  async post(path: string, body: Json, manner: Manner = {}): Promise<Said> {
    return this.#send('POST', { path, body, manner });
  }

  async put(path: string, body: Json, manner: Manner = {}): Promise<Said> {
    return this.#send('PUT', { path, body, manner });
  }

  async #send(
    method: 'POST' | 'PUT',
    { path, body, manner }: { path: string; body: Json; manner: Manner },
  ): Promise<Said> {
    const headers = {
      ...this.#headers(manner),
      'content-type': 'application/json',
      'idempotency-key': manner.key ?? this.freshKey(),
    };
    return said(await fetch(this.#url + path, { method, headers, body: canonical(body) }));
  }

  async get(path: string, manner: Manner = {}): Promise<Said> {
    return said(await fetch(this.#url + path, { headers: this.#headers(manner) }));
  }

  freshKey(): string {
    return Buffer.from(this.#random.bytes(keyBytes)).toString('base64url');
  }

  #headers(manner: Manner): Record<string, string> {
    const token = manner.token ?? this.token;
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
    return { ...authorization, ...manner.headers };
  }
}

async function said(answer: Response): Promise<Said> {
  const bytes = new Uint8Array(await answer.arrayBuffer());
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson ? (JSON.parse(fromUtf8(bytes)) as Members) : {};
  const { status } = answer;
  const { code } = body;
  return { status, code: status < 300 ? 'ok' : typeof code === 'string' ? code : '', body, bytes };
}
