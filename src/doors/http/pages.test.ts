/** The built pages: exact paths, strict headers, one digest over what a page can load. */
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { faultCode } from '#base/fault';
import { seededRandom } from '#base/random';
import { openDoor } from './door.fixture.ts';
import { type PageFile, Pages } from './pages.ts';

const random = seededRandom(9);
const north = { host: 'north.example' };
const south = { host: 'south.example' };
const long = 'let x = 1;'.repeat(200);

function built(changed: Readonly<Record<string, string>> = {}): readonly PageFile[] {
  const texts: Readonly<Record<string, string>> = {
    'index.html': '<a href="/sign">',
    'sign.html':
      '<meta name="csp-nonce" content="__CSP_NONCE__"><meta name="fubie-frames" content="__FRAME_ORIGINS__"><script src="/assets/sign-0a1b2c3d.js">',
    'verify.html': '<script src="/assets/verify-0a1b2c3d.js">',
    'desk.html': '<script src="/assets/desk-0a1b2c3d.js">',
    'assets/sign-0a1b2c3d.js': `import("./core-0a1b2c3d.js");${long}`,
    'assets/verify-0a1b2c3d.js': 'import "./core-0a1b2c3d.js"',
    'assets/desk-0a1b2c3d.js': 'desk',
    'assets/core-0a1b2c3d.js': 'core',
    'assets/core-0a1b2c3d.js.map': 'source',
    'sdk/fubie.js': 'var Fubie',
    'sw.js': 'worker',
    'verifier.html': '<script>inline</script>',
    '.vite/manifest.json': '{}',
    ...changed,
  };
  return Object.entries(texts).map(([path, text]) => ({ path, bytes: utf8(text) }));
}

const door = (files = built()) => openDoor(() => undefined, new Pages(files, random)).server;

describe('the built pages', () => {
  test('a page is never kept, carries a fresh nonce and nothing inline without it', async () => {
    const server = door();
    const first = await server.inject({ url: '/sign', headers: south });
    expect(first.statusCode).toBe(200);
    expect(first.headers['cache-control']).toBe('no-store');
    const policy = String(first.headers['content-security-policy']);
    const [, nonce = ''] = /'nonce-([A-Za-z0-9_-]{22})'/.exec(policy) ?? [];
    expect(first.body).toContain(`content="${nonce}"`);
    expect(policy).toMatch(/script-src 'self';.*frame-ancestors 'none'|frame-ancestors 'none'/);
    expect(policy).not.toMatch(/unsafe/);
    expect((await server.inject({ url: '/sign', headers: south })).body).not.toContain(nonce);
  });

  test('only the institution of the host frames the signer, and nobody frames a desk', async () => {
    const server = door();
    const ancestors = async (url: string, headers: Record<string, string>) =>
      /frame-ancestors ([^;]*)/.exec(
        String((await server.inject({ url, headers })).headers['content-security-policy']),
      )?.[1];
    expect(await ancestors('/sign', north)).toBe('https://bank.north.example');
    expect(await ancestors('/sign', south)).toBe("'none'");
    expect(await ancestors('/desk', north)).toBe("'none'");
    expect(
      (await server.inject({ url: '/sign', headers: { host: 'else.example' } })).statusCode,
    ).toBe(421);
  });

  test('S1-19 the page knows its own institution’s origins, and other pages may load what embeds it', async () => {
    const server = door();
    const framesIn = async (headers: Record<string, string>) =>
      /fubie-frames" content="([^"]*)"/.exec(
        (await server.inject({ url: '/sign', headers })).body,
      )?.[1];
    expect(await framesIn(north)).toBe('https://bank.north.example');
    expect(await framesIn(south)).toBe('');
    const loadable = async (url: string) =>
      (await server.inject({ url, headers: south })).headers['cross-origin-resource-policy'];
    expect(await loadable('/sdk/fubie.js')).toBe('cross-origin');
    expect(await loadable('/assets/sign-0a1b2c3d.js')).toBe('same-origin');
  });

  test('the camera belongs to the signer and the judge, the place to the signer alone', async () => {
    const server = door();
    const rights = async (url: string) =>
      String((await server.inject({ url, headers: south })).headers['permissions-policy']);
    expect(await rights('/sign')).toContain('camera=(self), geolocation=(self)');
    expect(await rights('/verify')).toContain('camera=(self), geolocation=()');
    expect(await rights('/desk')).toContain('camera=(), geolocation=()');
  });

  test('a hashed file is kept for ever and zipped; what was not built is not there', async () => {
    const server = door();
    const url = '/assets/sign-0a1b2c3d.js';
    const headers = { ...south, 'accept-encoding': 'br, gzip' };
    const zipped = await server.inject({ url, headers });
    expect(zipped.headers['cache-control']).toContain('immutable');
    expect(zipped.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(zipped.rawPayload).toString()).toContain(long);
    const refusing = { ...south, 'accept-encoding': 'gzip;q=0' };
    const plain = await server.inject({ url, headers: refusing });
    expect(plain.headers['content-encoding']).toBeUndefined();
    const worker = await server.inject({ url: '/sw.js', headers: south });
    expect(worker.headers['cache-control']).toBe('no-cache');
    const kept = await server.inject({ url: '/verifier.html', headers: south });
    expect(kept.headers['content-disposition']).toBe('attachment');
    expect(String(kept.headers['content-security-policy'])).toMatch(/^default-src 'none';/);
    for (const path of ['/assets/..%2f..%2fpackage.json', '/.vite/manifest.json', `${url}.map`]) {
      expect((await server.inject({ url: path, headers: south })).statusCode, path).toBe(404);
    }
  });

  test('the digest of a page changes with everything it loads and with nothing else', async () => {
    const { signer, judge, operator } = await new Pages(built(), random).build();
    const core = await new Pages(built({ 'assets/core-0a1b2c3d.js': 'kore' }), random).build();
    expect(core.signer).not.toBe(signer);
    expect(core.judge).not.toBe(judge);
    expect(core.operator).toBe(operator);
    const desk = await new Pages(built({ 'assets/desk-0a1b2c3d.js': 'd' }), random).build();
    expect(desk).toMatchObject({ signer, judge });
    expect(desk.operator).not.toBe(operator);
  });

  test('without a build a person reads what to do and a program gets a coded 503', async () => {
    const server = door([]);
    const person = { ...south, accept: 'text/html,*/*' };
    const told = await server.inject({ url: '/', headers: person });
    expect([told.statusCode, told.headers['content-type']]).toEqual([
      503,
      'text/html; charset=utf-8',
    ]);
    expect(told.body).toContain('http.pages_unbuilt');
    const coded = await server.inject({ url: '/verify', headers: south });
    expect(coded.json()).toMatchObject({ status: 503, code: 'http.pages_unbuilt' });
    await expect(new Pages([], random).build().catch(faultCode)).resolves.toBe(
      'http.pages_unbuilt',
    );
  });
});
