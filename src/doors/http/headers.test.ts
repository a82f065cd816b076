import type { FastifyReply } from 'fastify';
import { expect, test } from 'vitest';
import { secure } from './headers.ts';

/** What `secure` sets, in lower case. */
function headersOf(sent: Partial<Parameters<typeof secure>[1]>): Record<string, string> {
  const held: Record<string, string> = {};
  const reply = {
    header: (name: string, value: string) => void (held[name] = value),
    headers: (all: Record<string, string>) => void Object.assign(held, all),
    removeHeader: (name: string) => void Reflect.deleteProperty(held, name),
  };
  const usual = { isTls: true, host: 'bank.example', isDocument: false, frameOrigins: [] };
  secure(reply as unknown as FastifyReply, { ...usual, ...sent });
  return held;
}

test('S1-21 over TLS a browser is told to come back by TLS only, but not for a name of this computer', () => {
  const told = 'max-age=31536000; includeSubDomains';
  expect(headersOf({})['strict-transport-security']).toBe(told);
  expect(headersOf({ isTls: false })['strict-transport-security']).toBeUndefined();
  expect(headersOf({ host: 'localhost' })['strict-transport-security']).toBeUndefined();
  expect(headersOf({})).toMatchObject({ 'x-frame-options': 'DENY', 'cache-control': 'no-store' });
});
