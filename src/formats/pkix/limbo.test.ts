import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { instantFromMs } from '#base/clock';
import { faultCode } from '#base/fault';
import { purposeOid, readCertificate, readPem } from '#formats/x509';
import { buildPath, judgeRevocation, PathMemory, type ServerName } from './index.ts';
import { judgedOtherwise, notAsked } from './limbo.fixture.ts';

const folder = '../shared/corpus/x509';
const files = existsSync(folder)
  ? readdirSync(folder).filter((name) => /^limbo.*\.json$/.test(name))
  : [];
if (files.length === 0)
  console.warn(`skip: ${folder} has no limbo file, no foreign path is judged`);

/** The certificates of the suite hold for centuries; this is a day in most of them. */
const anyDayMs = Date.parse('2024-01-01T00:00:00Z');

interface PeerName {
  readonly kind: string;
  readonly value: string;
}

interface Case {
  readonly id: string;
  readonly validation_kind: string;
  readonly trusted_certs: readonly string[];
  readonly untrusted_intermediates: readonly string[];
  readonly peer_certificate: string;
  readonly validation_time: string | null;
  readonly key_usage: readonly string[] | null;
  readonly extended_key_usage: readonly (keyof typeof purposeOid)[] | null;
  readonly expected_result: 'SUCCESS' | 'FAILURE';
  readonly expected_peer_name: PeerName | null;
  readonly expected_peer_names: readonly PeerName[] | null;
  readonly max_chain_depth: number | null;
  readonly crls?: readonly string[] | null;
}

describe.each(files)('%s', (file) => {
  const { testcases } = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8')) as {
    testcases: readonly Case[];
  };
  const asked = testcases.filter(({ id }) => !Object.keys(notAsked).includes(id));

  test.each(asked.map((one): [string, Case] => [one.id, one]))('%s', async (id, one) => {
    const outcome = await outcomeOf(one);
    const expected = id in judgedOtherwise ? opposite(one.expected_result) : one.expected_result;
    expect(`${outcome.is} ${outcome.why}`).toBe(`${expected} ${outcome.why}`);
  });
});

const admissionsMax = 5;

test('what is judged otherwise than expected is little, and each with its reason', (context) => {
  if (files.length === 0) return context.skip('the corpus folder is absent');
  const reasons = [...Object.values(judgedOtherwise), ...Object.values(notAsked)];
  expect(reasons.length).toBeLessThanOrEqual(admissionsMax);
  for (const reason of reasons) expect(reason.split(' ').length).toBeGreaterThan(5);
});

function opposite(result: Case['expected_result']): Case['expected_result'] {
  return result === 'SUCCESS' ? 'FAILURE' : 'SUCCESS';
}

async function outcomeOf(one: Case): Promise<{ is: Case['expected_result']; why: string }> {
  try {
    const why = await objectionTo(one);
    return { is: why === undefined ? 'SUCCESS' : 'FAILURE', why: why ?? '' };
  } catch (thrown) {
    const code = faultCode(thrown);
    if (code === undefined) throw thrown;
    return { is: 'FAILURE', why: code };
  }
}

async function objectionTo(one: Case): Promise<string | undefined> {
  const engine = nodeEngine;
  const memory = new PathMemory(engine);
  const [target] = certificatesIn([one.peer_certificate]);
  if (target === undefined) return 'no target';
  const anchors = certificatesIn(one.trusted_certs).map((certificate) => ({
    certificate,
    applies: 'certificate' as const,
  }));
  const pool = certificatesIn(one.untrusted_intermediates);
  const ms = one.validation_time === null ? anyDayMs : Date.parse(one.validation_time);
  const at = instantFromMs(ms);
  const names = [one.expected_peer_name ?? [], one.expected_peer_names ?? []].flat();
  const verdict = await buildPath({
    target,
    anchors,
    pool,
    at,
    engine,
    memory,
    // The suite asks for the rules of the web by the family a case stands in.
    profile: /^(?:webpki|online)::/.test(one.id) ? 'webpki' : 'rfc5280',
    serverNames: names.map(serverName),
    ...(one.extended_key_usage && {
      purposes: one.extended_key_usage.map((name) => purposeOid[name]),
    }),
    ...(one.max_chain_depth !== null && { depthMax: one.max_chain_depth }),
  });
  if (verdict.is !== 'valid') {
    const { code, rfc, detail } = verdict.because;
    return `${code} (${rfc}) ${detail}`;
  }
  const crls = ders('X509 CRL', one.crls ?? []);
  if (crls.length === 0) return undefined;
  const { certificates } = verdict.path;
  for (const [index, certificate] of certificates.slice(0, -1).entries()) {
    const issuer = certificates[index + 1] ?? certificate;
    const ask = { certificate, issuer, crls, ocsps: [], at, engine, memory, pool, anchors };
    const said = await judgeRevocation({ ...ask, profile: 'rfc5280' });
    // Whoever hands lists over expects an answer about the leaf from them.
    if (said.is === 'revoked') return 'revoked';
    if (said.is === 'unknown' && index === 0) return `revocation unknown: ${said.because}`;
  }
  return undefined;
}

function certificatesIn(pems: readonly string[]): ReturnType<typeof readCertificate>[] {
  return ders('CERTIFICATE', pems).map((der) => readCertificate(der));
}

function ders(label: 'CERTIFICATE' | 'X509 CRL', pems: readonly string[]): readonly Uint8Array[] {
  return pems.flatMap((pem) => [...readPem(label, `${pem.trim()}\n`)]);
}

function serverName({ kind, value }: PeerName): ServerName {
  if (kind === 'IP') return { ip: addressOf(value) };
  return kind === 'RFC822' ? { email: value } : { dns: value };
}

/** RFC 4291 §2.2 and dotted decimals, as the suite writes them. */
function addressOf(text: string): Uint8Array {
  if (!text.includes(':')) return Uint8Array.from(text.split('.').map(Number));
  const [head = '', tail = ''] = text.split('::');
  const groups = (part: string): number[] =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  const zeros = Array<number>(8 - groups(head).length - groups(tail).length).fill(0);
  const all = [...groups(head), ...zeros, ...groups(tail)];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
