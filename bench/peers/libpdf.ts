/**
 * @libpdf/core, the cheapest peer that keeps earlier signatures, by its own calls: as its README
 * says it ("Sign a document"), and with a signer that is made once and kept.
 */
import { spawnSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePem } from '#formats/x509';

const password = 'bench';
const reason = 'I approve this document';

type Signing = (document: Uint8Array) => Promise<unknown>;

/** Loaded when it is first asked: the memory of who never asks is not its own. */
export function keptSigner(key: KeyObject, certificate: Uint8Array): Signing {
  const opened = async () => {
    const { CryptoKeySigner, PDF } = await import('@libpdf/core');
    const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
    const scheme = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
    const held = await crypto.subtle.importKey('pkcs8', pkcs8, scheme, false, ['sign']);
    return { PDF, signer: new CryptoKeySigner(held, certificate, 'RSA', 'RSASSA-PKCS1-v1_5') };
  };
  let open: ReturnType<typeof opened> | undefined;
  return async (document) => {
    open ??= opened();
    const { PDF, signer } = await open;
    return (await PDF.load(document)).sign({ signer });
  };
}

/** The key file is opened for each document, as there. */
export function asDocumented(key: KeyObject, certificate: Uint8Array): Signing {
  let pkcs12: Uint8Array | undefined;
  return async (document) => {
    const { P12Signer, PDF } = await import('@libpdf/core');
    pkcs12 ??= keyFileOf(key, certificate);
    const pdf = await PDF.load(document);
    const signer = await P12Signer.create(pkcs12, password);
    return pdf.sign({ signer, reason });
  };
}

/** As `openssl pkcs12 -export` writes it today. */
function keyFileOf(key: KeyObject, certificate: Uint8Array): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-bench-'));
  try {
    const at = (name: string): string => join(folder, name);
    writeFileSync(at('key.pem'), key.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    writeFileSync(at('cert.pem'), writePem('CERTIFICATE', certificate));
    const from = ['-inkey', at('key.pem'), '-in', at('cert.pem'), '-passout', `pass:${password}`];
    const made = spawnSync('openssl', ['pkcs12', '-export', ...from, '-out', at('key.p12')]);
    if (made.status !== 0) throw new Error(`openssl: ${made.stderr.toString()}`);
    return new Uint8Array(readFileSync(at('key.p12')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
