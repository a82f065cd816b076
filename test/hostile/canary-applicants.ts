/**
 * Canaries go in the way everybody does: by the API, as applicants of two institutions.
 */
import { request } from 'node:http';

import { nodeEngine } from '#adapters/engine';
import { concat, toBase64, toBase64Url, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { systemRandom } from '#base/random';
import { textIn } from '#doors/phone';
import { consentsToApply, terms } from '../journeys/borrower.ts';
import type { Person } from '../journeys/people.ts';

export interface Institution {
  readonly tenant: string;
  /** The host decides the institution. */
  readonly host: string;
  readonly product: string;
  readonly purpose: string;
}

/** By telephone: some of those who are erased later are among them. */
const photographedEvery = 4;

type Members = { readonly [name: string]: Json };

/** Opens a case, agrees, consents, submits: her first documents are printed with her values. */
export async function apply(url: string, institution: Institution, person: Person): Promise<void> {
  const hand = new HostedHand(url, institution.host);
  const opened = await hand.post('/v1/applications', { product: institution.product });
  hand.token = textIn(opened, 'token');
  const path = `/v1/applications/${textIn(opened, 'application')}`;
  for (const kind of ['esign-agreement', ...consentsToApply]) {
    const { sha256 = '' } = await hand.get(`/v1/consents/${kind}`);
    await hand.post(`${path}/consents`, { kind, sha256, accepted: true });
  }
  await hand.post(`${path}/submission`, {
    applicant: { ...person },
    terms: { ...terms, purpose: institution.purpose },
  });
  const isTaken = Number(person.phone) % photographedEvery === 0;
  if (isTaken) await photograph(hand, textIn(opened, 'case'), person);
}

/** A photo in which her values can be read, and one that never becomes whole. */
async function photograph(hand: HostedHand, caseId: string, person: Person): Promise<void> {
  const words = utf8(Object.values(person).join('\n'));
  const photo = concat(Uint8Array.of(0xff, 0xd8, 0xff), words, Uint8Array.of(0xff, 0xd9));
  const sha256 = toHex(await nodeEngine.digest('sha256', photo));
  const facts = { kind: 'income', media: 'image/jpeg', bytes: photo.length } as const;
  const takenAt = '2026-11-21T10:00:00.000+08:00';
  for (const whole of [true, false]) {
    const told = { ...facts, sha256, takenAt };
    const capture = textIn(await hand.post(`/v1/cases/${caseId}/captures`, told), 'capture');
    await hand.put(`/v1/captures/${capture}/chunks/0`, { sha256, data: toBase64(photo) });
    if (whole) await hand.post(`/v1/captures/${capture}/completion`, {});
  }
}

class HostedHand {
  token = '';
  readonly #url: URL;
  readonly #host: string;

  constructor(url: string, host: string) {
    this.#url = new URL(url);
    this.#host = host;
  }

  get(path: string): Promise<Members> {
    return this.#ask('GET', path);
  }

  post(path: string, body: Json): Promise<Members> {
    return this.#ask('POST', path, JSON.stringify(body));
  }

  put(path: string, body: Json): Promise<Members> {
    return this.#ask('PUT', path, JSON.stringify(body));
  }

  #ask(method: string, path: string, body?: string): Promise<Members> {
    const headers = {
      host: this.#host,
      'content-type': 'application/json',
      'idempotency-key': toBase64Url(systemRandom.bytes(18)),
      ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
    };
    const { hostname, port } = this.#url;
    return new Promise((resolve, reject) => {
      const asked = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString();
          const { statusCode = 0 } = answer;
          if (statusCode < 300) resolve(JSON.parse(text) as Members);
          else reject(new Error(`${method} ${path}: ${statusCode} ${text}`));
        });
      });
      asked.on('error', reject);
      asked.end(body);
    });
  }
}
