import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { toBase64, utf8 } from '#base/bytes';
import type { ListSignature } from '#formats/trustlist';
import { type Certificate, writePem } from '#formats/x509';
import { believedAt, readAnchors } from './anchors.ts';
import { on, SampleAuthority } from './etsi/sample-authority.fixture.ts';
import { judgeLists } from './lists.ts';
import { Findings } from './report/findings.ts';

let root: Certificate;
let issuing: Certificate;

beforeAll(async () => {
  const authority = await SampleAuthority.open();
  root = authority.root.certificate;
  issuing = authority.issuing.certificate;
});

function anchors(
  files: Readonly<Record<string, Uint8Array>>,
  judged?: ReadonlyMap<string, ListSignature>,
) {
  const findings = new Findings();
  const { signing, stamping, ...rest } = readAnchors(
    new Map(Object.entries(files)),
    findings,
    judged,
  );
  const names = (list: typeof signing) => list.map(({ certificate }) => certificate.subject.text);
  const flaws = findings.flaws.map(({ code, part }) => `${code} ${part}`);
  return { signing: names(signing), stamping: names(stamping), flaws, anchors: signing, ...rest };
}

describe('a trust folder', () => {
  test('holds PEM and DER under any names, with words around', () => {
    const lines = writePem('CERTIFICATE', root.der).replaceAll('\n', '\r\n');
    const pem = utf8(`# our root\r\n${lines}`);
    expect(anchors({ 'a/readme.txt': utf8('nothing'), x: pem }).signing).toEqual([
      'CN=Sample root',
    ]);
    expect(anchors({ 'whatever.bin': root.der }).signing).toEqual(['CN=Sample root']);
  });

  test('holds lists and answers about revocation, by their names', () => {
    const der = Uint8Array.of(0x30, 0);
    const { material, flaws } = anchors({ 'a.crl': der, 'b.ors': der, 'c.ocsp': der, d: der });
    expect([material.crls.length, material.ocsps.length, flaws]).toEqual([1, 2, []]);
  });

  test('an intermediate beside its root is no anchor, alone it is one', () => {
    const both = anchors({ r: root.der, i: issuing.der });
    expect([both.signing, both.material.certificates.length]).toEqual([['CN=Sample root'], 2]);
    expect(anchors({ i: issuing.der }).signing).toEqual(['CN=Sample issuing']);
  });

  test('tsa.pem speaks for times only', () => {
    const tsa = utf8(writePem('CERTIFICATE', root.der));
    const { signing, stamping } = anchors({ 'tsa.pem': tsa });
    expect([signing, stamping]).toEqual([[], ['CN=Sample root']]);
  });

  test('a file that is to be a certificate and is none is said', () => {
    expect(anchors({ 'ca.crt': Uint8Array.of(0x30, 1, 2) }).flaws).toEqual([
      'trust_malformed trust/ca.crt',
    ]);
  });

  test('a list of domestic authorities counts for the time it says', () => {
    const list = {
      format: 'fubie.trusted-services/1',
      territory: 'CN',
      operator: '样例监管方',
      issued: '2026-01-01',
      services: [
        {
          kind: 'ca',
          provider: '样例认证机构',
          name: 'Sample root',
          licence: 'SAMPLE-1',
          periods: [{ status: 'licensed', from: '2015-01-01' }],
          certificates: [toBase64(root.der)],
        },
      ],
    };
    const found = anchors({ 'domestic.json': utf8(JSON.stringify(list)) });
    expect([found.flaws, found.signing, found.unverifiedLists]).toEqual([
      [],
      ['CN=Sample root'],
      ['domestic.json'],
    ]);
    expect(believedAt(found.anchors, on('2014-06-01'))).toEqual([]);
    expect(believedAt(found.anchors, on('2016-06-01'))).toHaveLength(1);
  });

  test('a trusted list counts by whoever the folder believes about lists, and said otherwise', () => {
    const service = `<TSPService><ServiceInformation>
      <ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/CA/QC</ServiceTypeIdentifier>
      <ServiceName><Name xml:lang="en">S</Name></ServiceName><ServiceDigitalIdentity><DigitalId>
      <X509Certificate>${toBase64(root.der)}</X509Certificate></DigitalId></ServiceDigitalIdentity>
      <ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/granted</ServiceStatus>
      <StatusStartingTime>2016-07-01T00:00:00Z</StatusStartingTime>
      </ServiceInformation></TSPService>`;
    const list = utf8(`<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#">
      <SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier>
      <TSLSequenceNumber>1</TSLSequenceNumber><SchemeTerritory>XX</SchemeTerritory>
      <ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime><NextUpdate/></SchemeInformation>
      <TrustServiceProviderList><TrustServiceProvider><TSPInformation><TSPName>
      <Name xml:lang="en">P</Name></TSPName></TSPInformation><TSPServices>${service}</TSPServices>
      </TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>`);
    const files = { 'eu.xml': list, 'list-signers/operator.der': issuing.der };
    const by = (said: ListSignature) => anchors(files, new Map([['eu.xml', said]]));
    const open = anchors(files);
    expect([open.signing, open.unverifiedLists]).toEqual([['CN=Sample root'], ['eu.xml']]);
    const signed = by({ is: 'valid', signer: issuing });
    expect([signed.signing, signed.unverifiedLists]).toEqual([['CN=Sample root'], []]);
    for (const is of ['broken', 'stranger', 'missing', 'not_supported'] as const) {
      const { signing, flaws } = by({ is, detail: '' });
      expect([signing, flaws]).toEqual([[], ['trust_malformed trust/eu.xml']]);
    }
  });

  test('a list that is not by them is found, whatever certificate it brings along', async () => {
    const list = utf8('<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"/>');
    const files = new Map([['eu.xml', list]]);
    expect(await judgeLists(files, nodeEngine, new Findings())).toEqual(new Map());
    files.set('list-signers/a.pem', utf8(writePem('CERTIFICATE', issuing.der)));
    const judged = await judgeLists(files, nodeEngine, new Findings());
    expect([...judged].map(([name, { is }]) => `${name} ${is}`)).toEqual(['eu.xml missing']);
  });
});
