import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { fromBase64, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import {
  digestMatches,
  type HttpMessage,
  type MessageAlgorithm,
  type MessageKey,
  parseMessageSignatures,
  printContentDigest,
  printParameters,
  printSignatureFields,
  refuseUnsuitable,
  signatureBase,
  verifyMessage,
} from './index.ts';

interface Vectors {
  readonly request: HttpMessage & { readonly body: string };
  readonly response: HttpMessage & { readonly body: string };
  readonly cases: readonly {
    readonly section: string;
    readonly message: 'request' | 'response';
    readonly algorithm: MessageAlgorithm;
    readonly key: string;
    readonly input: string;
    readonly signature: string;
  }[];
}

const vectors = JSON.parse(readFileSync('test/vectors/rfc9421/signatures.json', 'utf8')) as Vectors;

function keyOf({ algorithm, key }: Vectors['cases'][number]): MessageKey {
  const bytes = fromBase64(key);
  return algorithm === 'hmac-sha256'
    ? { algorithm, secret: bytes }
    : { algorithm, publicKey: bytes };
}

function signed(one: Vectors['cases'][number], change: Partial<HttpMessage['headers']> = {}) {
  const message = vectors[one.message];
  const fields = { 'signature-input': one.input, signature: one.signature };
  return { ...message, headers: { ...message.headers, ...fields, ...change } } as HttpMessage;
}

async function holds(message: HttpMessage, key: MessageKey): Promise<boolean> {
  const [found] = parseMessageSignatures(message.headers);
  if (found === undefined) return false;
  const base = signatureBase(message, found.input.components, found.parametersText);
  return verifyMessage({ base, signature: found.signature, key }, nodeEngine);
}

describe('RFC 9421 appendix B', () => {
  test.each(vectors.cases)('$section ($algorithm) holds, and nothing altered does', async (one) => {
    const key = keyOf(one);
    expect(await holds(signed(one), key)).toBe(true);
    const altered = [
      signed(one, { 'content-type': 'application/jsonx' }),
      signed(one, { 'signature-input': one.input.replace('1618884473', '1618884474') }),
      signed(one, { 'signature-input': one.input.replace('test-', 'best-') }),
      signed(one, {
        signature: one.signature.replace(/=:(.)/, (_, a) => `=:${a === 'A' ? 'B' : 'A'}`),
      }),
    ];
    for (const message of altered) expect(await holds(message, key)).toBe(false);
  });

  test('a signature does not hold under a key of another algorithm', async () => {
    for (const one of vectors.cases) {
      for (const other of vectors.cases.filter(({ section }) => section !== one.section)) {
        expect(await holds(signed(one), keyOf(other))).toBe(false);
      }
    }
  });

  test.each(['request', 'response'] as const)(
    'the digest of the %s is of its body',
    async (which) => {
      const { headers, body } = vectors[which];
      const field = headers['content-digest'] ?? '';
      expect(await digestMatches(field, utf8(body), nodeEngine)).toBe(true);
      expect(await digestMatches(field, utf8(`${body} `), nodeEngine)).toBe(false);
    },
  );
});

describe('what a client prints', () => {
  const message: HttpMessage = {
    method: 'POST',
    targetUri: 'https://bank.example/v1/clients?x=%20y',
    authority: 'bank.example',
    headers: { 'idempotency-key': ' abc ' },
  };
  const input = {
    label: 'fubie',
    components: ['@method', '@authority', '@path', '@query', 'idempotency-key'],
    created: 1_700_000_000,
    nonce: 'n"\\1',
    keyid: 'k',
    tag: 'fubie',
  };

  test('is the base word for word, and is read back as it was meant', async () => {
    const base = signatureBase(message, input.components, printParameters(input));
    expect(new TextDecoder().decode(base)).toBe(
      [
        '"@method": POST',
        '"@authority": bank.example',
        '"@path": /v1/clients',
        '"@query": ?x=%20y',
        '"idempotency-key": abc',
        '"@signature-params": ("@method" "@authority" "@path" "@query" "idempotency-key");created=1700000000;nonce="n\\"\\\\1";keyid="k";tag="fubie"',
      ].join('\n'),
    );
    const signer = softSigner(generateSoftKey('ed25519'));
    const fields = printSignatureFields(input, await signer.sign(base));
    const whole = { ...message, headers: { ...message.headers, ...fields } };
    expect(parseMessageSignatures(fields)[0]?.input).toEqual(input);
    const key = { algorithm: 'ed25519', publicKey: signer.publicKey } as const;
    expect(await holds(whole, key)).toBe(true);
    expect(await holds({ ...whole, method: 'PUT' }, key)).toBe(false);
    expect(await holds({ ...whole, targetUri: 'https://bank.example/v1/clients' }, key)).toBe(
      false,
    );
  });

  test('a path that is empty is / and a query that is missing is ?', () => {
    const bare = { ...message, targetUri: 'https://bank.example' };
    const base = signatureBase(bare, ['@path', '@query'], '()');
    expect(new TextDecoder().decode(base)).toBe('"@path": /\n"@query": ?\n"@signature-params": ()');
  });
});

describe('what is refused', () => {
  const field = 'sig=("@method");created=1';
  test.each([
    ['no signature for the input', { 'signature-input': field }],
    ['another label', { 'signature-input': field, signature: 'other=:AA==:' }],
    ['a label twice', { 'signature-input': `${field}, ${field}`, signature: 'sig=:AA==:' }],
    ['a component twice', { 'signature-input': 'sig=("a" "a")', signature: 'sig=:AA==:' }],
    ['an upper-case field', { 'signature-input': 'sig=("Date")', signature: 'sig=:AA==:' }],
    ['an unknown parameter', { 'signature-input': 'sig=();x=1', signature: 'sig=:AA==:' }],
    ['a parameter twice', { 'signature-input': `${field};created=2`, signature: 'sig=:AA==:' }],
    ['created as text', { 'signature-input': 'sig=();created="1"', signature: 'sig=:AA==:' }],
    ['created as a fraction', { 'signature-input': 'sig=();created=1.5', signature: 'sig=:AA==:' }],
    ['created before 1970', { 'signature-input': 'sig=();created=-1', signature: 'sig=:AA==:' }],
    ['base64 with stray bits', { 'signature-input': field, signature: 'sig=:AB==:' }],
    ['something after the end', { 'signature-input': `${field} x`, signature: 'sig=:AA==:' }],
    ['a comma at the end', { 'signature-input': `${field},`, signature: 'sig=:AA==:' }],
  ])('%s', (_, headers) => {
    expect(() => parseMessageSignatures(headers)).toThrow(Fault);
  });

  test('a component with parameters, one the house does not know, one that is not there', () => {
    const withParameter = { 'signature-input': 'sig=("a";sf)', signature: 'sig=:AA==:' };
    expect(() => parseMessageSignatures(withParameter)).toThrow('httpsig.component_unsupported');
    const { request } = vectors;
    expect(() => signatureBase(request, ['@query-param'], '()')).toThrow(
      'httpsig.component_unsupported',
    );
    expect(() => signatureBase(request, ['@status'], '()')).toThrow('httpsig.component_missing');
    expect(() => signatureBase(request, ['toString'.toLowerCase()], '()')).toThrow(
      'httpsig.component_missing',
    );
    const folded = { ...request, headers: { date: 'a\n"@method": GET' } };
    expect(() => signatureBase(folded, ['date'], '()')).toThrow('httpsig.malformed');
  });

  test('a key of another curve, a short secret, a digest nobody knows', async () => {
    const p256 = softSigner(generateSoftKey('p256')).publicKey;
    const refused = (key: MessageKey) => () => refuseUnsuitable(key);
    expect(refused({ algorithm: 'ed25519', publicKey: p256 })).toThrow('httpsig.key_unsuitable');
    expect(refused({ algorithm: 'sm2-sm3', publicKey: p256 })).toThrow('httpsig.key_unsuitable');
    const short = { algorithm: 'hmac-sha256', secret: new Uint8Array(31) } as const;
    expect(refused(short)).toThrow('httpsig.key_unsuitable');
    const body = utf8('x');
    expect(await digestMatches('md5=:AA==:', body, nodeEngine)).toBe(false);
    const right = await printContentDigest(body, nodeEngine);
    const wrong = `sha-512=:${toBase64(new Uint8Array(64))}:`;
    expect(await digestMatches(right, body, nodeEngine)).toBe(true);
    expect(await digestMatches(`${right}, ${wrong}`, body, nodeEngine)).toBe(false);
  });

  test('whatever arrives is read or is a Fault', () => {
    const pieces = fc.constantFrom(
      'sig',
      '=',
      '(',
      ')',
      '"a"',
      ';',
      ',',
      ' ',
      ':',
      'AA==',
      '?1',
      '1',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(pieces), fc.array(pieces), (one, other) => {
        const headers = { 'signature-input': one.join(''), signature: other.join('') };
        try {
          const [found] = parseMessageSignatures(headers);
          if (found !== undefined) printSignatureFields(found.input, found.signature);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Fault);
        }
      }),
    );
  });
});
