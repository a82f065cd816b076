import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fromLatin1, toBase64, utf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { domesticFormat, isGrantedAt, readTrust, servicesAt, type TrustedList } from './index.ts';

const certificate = Uint8Array.of(0x30, 3, 2, 1, 1);
const former = Uint8Array.of(0x30, 3, 2, 1, 2);
const base = 'http://uri.etsi.org/TrstSvc';
const status = `${base}/TrustedList/Svcstatus`;

function at(day: string): Instant {
  return instantFromMs(Date.parse(`${day}T12:00:00Z`));
}

function instance(of: { type: string; status: string; from: string; identity: string }): string {
  return `<ServiceTypeIdentifier>${base}/Svctype/${of.type}</ServiceTypeIdentifier>
    <ServiceName><Name xml:lang="de">Dienst</Name><Name xml:lang="en">Service</Name></ServiceName>
    <ServiceDigitalIdentity><DigitalId>${of.identity}</DigitalId></ServiceDigitalIdentity>
    <ServiceStatus>${status}/${of.status}</ServiceStatus>
    <StatusStartingTime>${of.from}</StatusStartingTime>
    <ServiceInformationExtensions><Extension Critical="true"><x:AdditionalServiceInformation
      xmlns:x="urn:x"><x:URI xml:lang="en">${base}/ForeSignatures</x:URI>
      </x:AdditionalServiceInformation>
    </Extension></ServiceInformationExtensions>`;
}

function listText(change: (text: string) => string = (text) => text): Uint8Array {
  const own = (der: Uint8Array): string =>
    `<X509Certificate>\n ${toBase64(der)}\n</X509Certificate>`;
  const present = {
    type: 'CA/QC',
    status: 'withdrawn',
    from: '2024-01-01T00:00:00Z',
    identity: own(certificate),
  };
  const granted = {
    ...present,
    status: 'granted',
    from: '2016-07-01T00:00:00Z',
    identity: own(former),
  };
  const before = {
    ...granted,
    status: 'undersupervision',
    from: '2010-01-01T00:00:00+02:00',
    identity: '<X509SKI>AQI=</X509SKI>',
  };
  const clock = {
    ...present,
    type: 'TSA/QTST',
    status: 'granted',
    identity: '<X509Certificate>?</X509Certificate>',
  };
  return utf8(
    change(`<?xml version="1.0" encoding="UTF-8"?>
<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#" TSLTag="http://uri.etsi.org/19612/TSLTag">
 <SchemeInformation><TSLVersionIdentifier>5</TSLVersionIdentifier>
  <TSLSequenceNumber>42</TSLSequenceNumber>
  <SchemeOperatorName><Name xml:lang="en">TEST Supervisor</Name></SchemeOperatorName>
  <SchemeTerritory>ZZ</SchemeTerritory>
  <ListIssueDateTime>2026-01-01T00:00:00Z</ListIssueDateTime>
  <NextUpdate><dateTime>2026-07-01T00:00:00Z</dateTime></NextUpdate></SchemeInformation>
 <TrustServiceProviderList><TrustServiceProvider>
  <TSPInformation><TSPName><Name xml:lang="en">TEST Provider</Name></TSPName></TSPInformation>
  <TSPServices><TSPService><ServiceInformation>${instance(present)}</ServiceInformation>
   <ServiceHistory><ServiceHistoryInstance>${instance(before)}</ServiceHistoryInstance>
    <ServiceHistoryInstance>${instance(granted)}</ServiceHistoryInstance></ServiceHistory>
   </TSPService>
   <TSPService><ServiceInformation>${instance(clock)}</ServiceInformation></TSPService>
  </TSPServices>
 </TrustServiceProvider></TrustServiceProviderList>
 <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/>
</TrustServiceStatusList>`),
  );
}

describe('a trusted list of Europe (ETSI TS 119 612)', () => {
  const list: TrustedList = readTrust(listText());

  test('is read with its services, identities and notices', () => {
    expect(list).toMatchObject({
      format: 'etsi_119612',
      territory: 'ZZ',
      operator: 'TEST Supervisor',
      sequence: 42,
      notices: ['list_signature_not_verified', 'identity_unreadable'],
    });
    expect(list.services).toMatchObject([
      {
        provider: 'TEST Provider',
        name: 'Service',
        kind: 'ca',
        isQualified: true,
        certificates: [certificate, former],
        keyIdentifiers: [Uint8Array.of(1, 2)],
      },
      { kind: 'tsa', isQualified: true, certificates: [] },
    ]);
    const uses = [`${base}/ForeSignatures`];
    expect(list.services[0]?.periods.map((one) => one.uses)).toEqual([uses, uses, uses]);
  });

  test('says whom to trust at each time', () => {
    const [service] = list.services;
    if (service === undefined) throw new Error('no service');
    const grantedOn = ['2009-01-01', '2012-01-01', '2020-01-01', '2025-01-01'].map((day) =>
      isGrantedAt(service, at(day)),
    );
    expect(grantedOn).toEqual([false, true, true, false]);
    expect(servicesAt(list, ['ca'], at('2020-01-01'))).toEqual([service]);
    expect(servicesAt(list, ['tsa'], at('2020-01-01'))).toEqual([]);
  });

  test.each([
    ['<SchemeTerritory>ZZ</SchemeTerritory>', '', 'trustlist.malformed'],
    ['>5</TSLVersion', '>3</TSLVersion', 'trustlist.malformed'],
    ['02231/v2#', '02231/v9#', 'trustlist.malformed'],
    ['2026-01-01T00:00:00Z', '1 January', 'trustlist.malformed'],
    ['<SchemeInformation>', '<!DOCTYPE x>', 'xml.doctype_refused'],
    ['</SchemeInformation>', '', 'xml.malformed'],
  ])('%s replaced by %s: %s', (from, to, code) => {
    expect(() => readTrust(listText((text) => text.replace(from, to)))).toThrowError(code);
  });
});

describe('a domestic list', () => {
  const good = {
    format: domesticFormat,
    territory: 'CN',
    operator: '测试登记处',
    issued: '2026-01-01',
    services: [
      {
        provider: '测试认证中心',
        name: 'TEST CA',
        kind: 'ca',
        licence: 'TEST-0001',
        periods: [
          { status: 'licensed', from: '2015-01-01', to: '2020-01-01' },
          { status: 'revoked', from: '2020-01-01' },
        ],
        certificates: [toBase64(certificate)],
      },
    ],
  };
  const read = (value: unknown): TrustedList => readTrust(utf8(JSON.stringify(value)));

  test('binds licences to certificates, over time', () => {
    const [service] = read(good).services;
    if (service === undefined) throw new Error('no service');
    expect(service).toMatchObject({ kind: 'ca', isQualified: true, certificates: [certificate] });
    expect([at('2016-01-01'), at('2021-01-01')].map((day) => isGrantedAt(service, day))).toEqual([
      true,
      false,
    ]);
  });

  test.each([
    [{ ...good, format: 'other' }],
    [{ ...good, services: {} }],
    [{ ...good, issued: '2026' }],
    [{ ...good, services: [{ ...good.services[0], kind: 'person' }] }],
    [{ ...good, services: [{ ...good.services[0], certificates: ['?'] }] }],
  ])('%j is refused', (value) => {
    expect(() => read(value)).toThrowError('trustlist.malformed');
  });
});

test('the template of the catalogue is one', () => {
  const bytes = new Uint8Array(readFileSync('catalog/trust/domestic.template.json'));
  expect(readTrust(bytes)).toMatchObject({ format: 'domestic', territory: 'CN' });
});

describe('certificates in a folder', () => {
  test('PEM with words around it and odd lines, or DER', () => {
    const body = toBase64(certificate);
    const text = `Root of tests\r\n-----BEGIN CERTIFICATE-----\r\n${body.slice(0, 3)}\r\n${body.slice(3)}\r\n-----END CERTIFICATE-----\r\n`;
    for (const bytes of [fromLatin1(text), certificate]) {
      const list = readTrust(bytes);
      expect(list).toMatchObject({
        format: 'certificates',
        notices: ['list_not_signed', 'no_history'],
      });
      expect(list.services.map((one) => one.certificates)).toEqual([[certificate]]);
      expect(servicesAt(list, ['ca'], at('1999-01-01'))).toHaveLength(1);
    }
  });

  test('anything else is refused with a code', () => {
    for (const text of ['', 'hello', '[]', '{', '<a/>']) {
      expect(() => readTrust(fromLatin1(text))).toThrowError(Fault);
    }
  });
});
