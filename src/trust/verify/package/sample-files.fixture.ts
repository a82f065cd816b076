/**
 * For tests: the files of a sample package beside its entries: certificates, stamps, revocation
 * lists and the sealed report.
 */
import { toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addSeconds } from '#base/clock';
import { type BundleFile, digestName, digestsOf } from '#formats/bundle';
import { parseSignedData } from '#formats/cms';
import type { Engine, Signer } from '#formats/crypto';
import {
  bitString,
  boolean,
  contextConstructed,
  octetString,
  oid,
  parseDer,
  sequence,
} from '#formats/der';
import { openPdf, readSignatures } from '#formats/pdf';
import { buildCrl, type Extension, keyIdentifier } from '#formats/x509';
import { samplePdf, sign } from '../own/sample-pdf.fixture.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';

/** The copies for people: certificates, stamps, the revocation list. */
export async function looseFiles(
  house: SampleHouse,
  { contract, list }: { contract: Uint8Array; list: ListWish },
): Promise<BundleFile[]> {
  const { engine, ca, stamper } = house;
  const found = readSignatures(await openPdf(contract, engine));
  const signatures = found
    .filter(({ kind }) => kind === 'signature')
    .map(({ contents }) => parseSignedData(contents));
  const stamps = found.filter(({ kind }) => kind === 'timestamp');
  const named = (place: 'certificate' | 'stamp', bytes: Uint8Array) =>
    digestNamed(place, bytes, engine);
  const loose = await Promise.all([
    named('certificate', ca.certificate.der),
    named('certificate', stamper.certificate.der),
    ...signatures.map((one) => named('certificate', one.certificates[0] ?? new Uint8Array())),
    ...signatures.map((one) => named('stamp', one.signer.timestampToken ?? new Uint8Array())),
    ...stamps.map(({ contents }) => named('stamp', contents)),
    revocationFile(house, list),
  ]);
  return [...new Map(loose.map((file) => [file.name, file])).values()];
}

/** What the authority's list says; the institution's seal signs at 30 seconds, the report at 90. */
export interface ListWish {
  readonly revokes?: 'seal' | 'clock';
  /** Seconds after the house's clock. */
  readonly revokedAt?: number;
  /** What of all certificates it speaks of. */
  readonly scope?: Extension;
}

/** The authority's revocation list, as a file of the package. */
export async function revocationFile(house: SampleHouse, wish: ListWish): Promise<BundleFile> {
  const { engine, ca, now } = house;
  const of = { seal: house.seal, clock: house.stamper }[wish.revokes ?? 'seal'].certificate;
  const at = addSeconds(now, wish.revokedAt ?? 0);
  const crl = await buildCrl(
    {
      issuer: ca.certificate.subject,
      issuerKeyIdentifier: await keyIdentifier(ca.certificate.publicKey, engine),
      number: 1n,
      thisUpdate: addSeconds(now, 120),
      nextUpdate: addSeconds(now, 86_400),
      revoked: wish.revokes === undefined ? [] : [{ serial: of.serial, at }],
    },
    ca.signer,
  );
  const bytes = wish.scope === undefined ? crl.der : await scoped(crl.tbs, wish.scope, ca.signer);
  return digestNamed('revocation', bytes, engine);
}

/** The same list with one critical extension more. */
async function scoped(tbs: Uint8Array, scope: Extension, signer: Signer): Promise<Uint8Array> {
  const parts = parseDer(tbs).children;
  const told = parts.at(-1)?.children[0]?.children ?? [];
  const more = sequence(oid(scope.oid), boolean(true), octetString(scope.value));
  const extensions = sequence(...told.map(({ der }) => der), more);
  const own = parts.slice(0, -1).map(({ der }) => der);
  const all = sequence(...own, contextConstructed(0, extensions));
  const algorithm = parts[1]?.der ?? sequence();
  return sequence(all, algorithm, bitString(await signer.sign(all)));
}

/** A file under the name that its digest gives it. */
export async function digestNamed(
  place: Parameters<typeof digestName>[0],
  bytes: Uint8Array,
  engine: Engine,
): Promise<BundleFile> {
  return { name: digestName(place, toHex(await engine.digest('sha256', bytes))), bytes };
}

/** The report under the institution's seal, which binds every file beside it. */
export async function withReport(
  house: SampleHouse,
  files: BundleFile[],
  tells: { readonly [name: string]: Json } = {},
): Promise<BundleFile[]> {
  const { engine, seal, stamper, now } = house;
  const digests = await digestsOf(files, engine);
  const listed = digests.map(({ name, bytes, sha256 }) => ({ name, bytes, sha256 }));
  const data = samplePdf({ files: listed, ...tells }, ['seal']);
  const by = { field: 'seal', stamper, engine, at: addSeconds(now, 90), ...seal };
  return [...files, { name: 'report.pdf', bytes: await sign(data, by) }];
}
