/**
 * Writes the trust folder: what a verifier is handed, all of it public.
 *
 *   ca.pem tsa.pem logs/<tenant>.vkey twins/<tenant>.vkey witnesses/<name>.vkey
 *   gateways/<name>.pem policy.json operators.json
 *
 * Beside each log's key stands its policy as C2SP tlog-policy, for verifiers that are not ours.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine } from '#adapters/engine';
import { toBase64 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { assert } from '#base/fault';
import { levelRule, type NoteKey, printPolicy, printVkey } from '#formats/tlog';
import { printTwinVkey, twinKey } from '#formats/twin';
import { writePem } from '#formats/x509';
import type { Estate } from '../estate/estate.ts';
import { houseOperator, mirrorName, quorum, sentinelName, voterNames } from '../estate/plan.ts';
import { writeText } from '../estate/secrets.ts';
import { partyVkeys } from '../estate/trust-folder.ts';
import type { PublishedKey } from './keys.ts';

const publicMode = 0o644;

export interface Authority {
  /** DER. */
  readonly caCertificate: Uint8Array;
  /** Of every stamping key so far, the oldest first. */
  readonly tsaCertificates: readonly Uint8Array[];
}

export async function writeTrust(
  estate: Estate,
  keys: readonly PublishedKey[],
  authority: Authority,
): Promise<void> {
  const write = (name: string, text: string): Promise<void> =>
    writeText(join(estate.trust, name), text, publicMode);
  for (const folder of ['', 'logs', 'twins', 'witnesses', 'gateways']) {
    await mkdir(join(estate.trust, folder), { recursive: true, mode: 0o755 });
  }
  await write('ca.pem', writePem('CERTIFICATE', authority.caCertificate));
  await write('tsa.pem', writePem('CERTIFICATE', ...authority.tsaCertificates));
  for (const key of keys) {
    const vkey = key.note === undefined ? '' : `${printVkey(key.note)}\n`;
    if (key.role === 'log') {
      await write(`logs/${tenantOf(key)}.vkey`, vkey);
      await write(`logs/${tenantOf(key)}.policy`, strangersPolicy(key, keys));
    }
    if (key.role === 'twin') await write(`twins/${tenantOf(key)}.vkey`, await twinLine(key));
    if (key.role === 'witness') await write(`witnesses/${key.name}.vkey`, vkey);
    if (key.role === 'gateway') {
      await write(`gateways/${key.name}.pem`, writePem('PUBLIC KEY', key.spki));
    }
  }
  await write('policy.json', canonical(policy()));
  const parties = (await partyVkeys(estate.trust, nodeEngine)).map(partyOf);
  const listed = [...keys.map(operatorOf), ...parties];
  await write('operators.json', canonical({ v: 1, keys: listed }));
}

async function twinLine({ name, spki }: PublishedKey): Promise<string> {
  return `${printTwinVkey(await twinKey({ name, publicKey: spki }, nodeEngine))}\n`;
}

function tenantOf(key: PublishedKey): string {
  assert(key.tenant !== undefined, 'a log belongs to a tenant');
  return key.tenant;
}

/** What level L2 asks of this log's checkpoints, in words that other implementations read. */
function strangersPolicy(log: PublishedKey, keys: readonly PublishedKey[]): string {
  const named = [sentinelName, ...voterNames];
  const witnesses = keys.flatMap(({ role, note }) =>
    role === 'witness' && note !== undefined && named.some((name) => name === note.name)
      ? [{ name: note.name, key: note }]
      : [],
  );
  const quorumRule = levelRule({ sentinel: sentinelName, voters: voterNames, quorum });
  const logs = log.note === undefined ? [] : [log.note];
  return printPolicy({ logs, witnesses, quorum: quorumRule });
}

/** Which cosignatures make which level; further members are for people. */
function policy(): Json {
  return {
    v: 1,
    sentinel: sentinelName,
    voters: [...voterNames],
    quorum,
    mirrors: [mirrorName],
  };
}

/** A third party that states entries of its own; nobody here has seen how it keeps its key. */
function partyOf(key: NoteKey): Json {
  return {
    name: key.name,
    role: 'actor',
    operator: key.name,
    independence: 'declared',
    process: 'outside',
    spki: toBase64(key.publicKey),
    vkey: printVkey(key),
  };
}

/** Everything runs on one computer here, so every key says `own`: nothing pretends (law 10). */
function operatorOf(key: PublishedKey): Json {
  return {
    name: key.name,
    role: key.role,
    operator: houseOperator,
    independence: 'own',
    process: key.process,
    spki: toBase64(key.spki),
    ...(key.tenant === undefined ? {} : { tenant: key.tenant }),
    ...(key.note === undefined ? {} : { vkey: printVkey(key.note) }),
  };
}
