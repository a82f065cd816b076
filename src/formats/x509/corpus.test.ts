import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Fault } from '#base/fault';
import { parseCertificate, readOnePem } from './index.ts';

const corpus = '../shared/corpus/x509/limbo-half.json';
const hasCorpus = existsSync(corpus);
if (!hasCorpus) console.warn(`skip: ${corpus} is absent, foreign certificates are not read`);

interface Case {
  readonly id: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
}

function outcomeOf(pem: string): string {
  try {
    parseCertificate(readOnePem('CERTIFICATE', `${pem.trim()}\n`));
    return 'read';
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(Fault);
    return thrown instanceof Fault ? thrown.code : '';
  }
}

test('foreign certificates are read, or refused with a code', (context) => {
  if (!hasCorpus) return context.skip('the corpus folder is absent');
  const { testcases } = JSON.parse(readFileSync(corpus, 'utf8')) as { testcases: readonly Case[] };
  const refused = new Set<string>();
  for (const one of testcases) {
    const pems = [one.peer_certificate, ...one.trusted_certs, ...one.untrusted_intermediates];
    if (pems.map(outcomeOf).includes('x509.malformed')) refused.add(one.id);
  }
  // These are wrong in themselves (RFC 5280 §4.2, §4.1.2.2); the others only in their path.
  expect([...refused].toSorted()).toEqual([
    'rfc5280::duplicate-extensions',
    'rfc5280::san::malformed',
    'rfc5280::serial::negative',
    'rfc5280::serial::too-long',
    'webpki::malformed-aia',
    'webpki::nc::intermediate-permitted-excluded-subtrees-both-null',
  ]);
});
