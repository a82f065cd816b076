/**
 * Reads a trusted list of a member state (ETSI TS 119 612 v2, XML) into its services.
 *
 * The list's own XML signature is not verified here and the reading says so; `list-signature.ts`
 * does. An identity that cannot be read is left out with a notice, for one odd certificate must not
 * take the trust from all others.
 */
import { fromBase64 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import { elementAt, elementOf, elementsOf, readXml, textIn, type XmlElement } from '#formats/xml';
import type {
  ListNotice,
  ServiceKind,
  ServicePeriod,
  TrustedList,
  TrustedService,
} from './service.ts';

const tslNamespace = 'http://uri.etsi.org/02231/v2#';
const typePrefix = 'http://uri.etsi.org/TrstSvc/Svctype/';
/** Versions 5 and 6 are those of TS 119 612 v2; older ones had no history to lean on. */
const versionMin = 4;
const servicesMax = 20_000;
const periodsMax = 200;

/**
 * Statuses under which a supervisor stands for a service: today's two (TS 119 612 §5.5.4) and those
 * that were in use before 2016-07-01, which past signatures need.
 */
const grantedStatuses: ReadonlySet<string> = new Set([
  'granted',
  'recognisedatnationallevel',
  'undersupervision',
  'supervisionincessation',
  'accredited',
  'setbynationallaw',
]);

const kinds: readonly (readonly [RegExp, ServiceKind])[] = [
  [/^CA\//, 'ca'],
  [/^NationalRootCA-QC$/, 'ca'],
  [/^TSA(?:\/|$)/, 'tsa'],
  [/^Certstatus\/OCSP(?:\/|$)/, 'ocsp'],
  [/^Certstatus\/CRL(?:\/|$)/, 'crl'],
];

/** trustlist.malformed if it is no trusted list; xml faults if it is no XML. */
export function readEtsiList(bytes: Uint8Array): TrustedList {
  const root = readXml(bytes);
  if (root.local !== 'TrustServiceStatusList' || root.namespace !== tslNamespace) {
    throw new Fault('trustlist.malformed', { at: root.at, why: root.local });
  }
  const scheme = must(root, 'SchemeInformation');
  const version = Number(textAt(scheme, 'TSLVersionIdentifier'));
  if (!(version >= versionMin)) throw malformed(scheme, `version ${version}`);
  const notices = new Set<ListNotice>();
  const isSigned = elementOf(root, 'Signature', 'http://www.w3.org/2000/09/xmldsig#');
  notices.add(isSigned === undefined ? 'list_not_signed' : 'list_signature_not_verified');
  const providers = elementOf(root, 'TrustServiceProviderList');
  const services = (
    providers === undefined ? [] : elementsOf(providers, 'TrustServiceProvider')
  ).flatMap((provider) => servicesOf(provider, notices));
  if (services.length > servicesMax) throw new Fault('trustlist.limit', { why: 'services' });
  const next = elementAt(scheme, 'NextUpdate', 'dateTime');
  return {
    format: 'etsi_119612',
    territory: textAt(scheme, 'SchemeTerritory'),
    operator: nameIn(elementOf(scheme, 'SchemeOperatorName')),
    sequence: Number(textAt(scheme, 'TSLSequenceNumber')),
    issuedAt: instantOf(must(scheme, 'ListIssueDateTime')),
    // §5.3.15: a list that is closed has no next update.
    nextUpdate: next && instantOf(next),
    services,
    notices: [...notices],
  };
}

function servicesOf(provider: XmlElement, notices: Set<ListNotice>): TrustedService[] {
  const name = nameIn(elementAt(provider, 'TSPInformation', 'TSPName'));
  const list = elementOf(provider, 'TSPServices');
  return (list === undefined ? [] : elementsOf(list, 'TSPService')).map((service) =>
    serviceOf(service, name, notices),
  );
}

function serviceOf(
  service: XmlElement,
  provider: string,
  notices: Set<ListNotice>,
): TrustedService {
  const present = must(service, 'ServiceInformation');
  const history = elementOf(service, 'ServiceHistory');
  const instances = history === undefined ? [] : elementsOf(history, 'ServiceHistoryInstance');
  if (instances.length >= periodsMax) throw new Fault('trustlist.limit', { why: 'periods' });
  const type = textAt(present, 'ServiceTypeIdentifier');
  const short = type.startsWith(typePrefix) ? type.slice(typePrefix.length) : type;
  const identities = [present, ...instances].flatMap((one) => identitiesOf(one));
  return {
    provider,
    name: nameIn(elementOf(present, 'ServiceName')),
    kind: kinds.find(([pattern]) => pattern.test(short))?.[1] ?? 'other',
    type,
    isQualified: /(?:\/QC|\/QTST|-QC)$/.test(short),
    periods: periodsOf([present, ...instances]),
    certificates: bytesOf(identities, 'X509Certificate', notices),
    keyIdentifiers: bytesOf(identities, 'X509SKI', notices),
  };
}

/** §5.6: each instance holds from its start until the start of the one after it. */
function periodsOf(instances: readonly XmlElement[]): ServicePeriod[] {
  const latestFirst = instances
    .map((one) => ({ one, from: instantOf(must(one, 'StatusStartingTime')) }))
    .toSorted((a, b) => b.from - a.from);
  return latestFirst.map(({ one, from }, at) => {
    const status = textAt(one, 'ServiceStatus').replace(/\/$/, '');
    const isGranted = grantedStatuses.has(status.slice(status.lastIndexOf('/') + 1).toLowerCase());
    return { status, isGranted, from, to: latestFirst[at - 1]?.from, uses: usesOf(one) };
  });
}

/** §5.5.9.4: for which kinds of signatures the service is meant. */
function usesOf(instance: XmlElement): string[] {
  const extensions = elementOf(instance, 'ServiceInformationExtensions');
  return (extensions === undefined ? [] : elementsOf(extensions, 'Extension')).flatMap((one) => {
    const uri = elementAt(one, 'AdditionalServiceInformation', 'URI');
    return uri === undefined ? [] : [textIn(uri).trim()];
  });
}

function identitiesOf(instance: XmlElement): readonly XmlElement[] {
  const identity = elementOf(instance, 'ServiceDigitalIdentity');
  return identity === undefined ? [] : elementsOf(identity, 'DigitalId');
}

function bytesOf(
  identities: readonly XmlElement[],
  local: string,
  notices: Set<ListNotice>,
): readonly Uint8Array[] {
  const texts = identities
    .flatMap((one) => elementsOf(one, local))
    .map((one) => textIn(one).replaceAll(/\s/g, ''));
  return [...new Set(texts)].flatMap((text) => {
    try {
      return [fromBase64(text)];
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      notices.add('identity_unreadable');
      return [];
    }
  });
}

/** §5.1.4: names come in several languages; the English one is always there. */
function nameIn(names: XmlElement | undefined): string {
  const all = names === undefined ? [] : elementsOf(names, 'Name');
  const english = all.find((one) =>
    one.attributes.some(({ name, value }) => name === 'xml:lang' && value.startsWith('en')),
  );
  const chosen = english ?? all[0];
  return chosen === undefined ? '' : textIn(chosen).trim();
}

/** XML Schema dateTime; §5.1.3 wants UTC, offsets are understood. */
function instantOf(element: XmlElement): Instant {
  const text = textIn(element).trim();
  const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw malformed(element, 'time');
  return instantFromMs(ms);
}

function textAt(parent: XmlElement, local: string): string {
  return textIn(must(parent, local)).trim();
}

function must(parent: XmlElement, local: string): XmlElement {
  const found = elementOf(parent, local);
  if (found === undefined) throw malformed(parent, `${local} is missing`);
  return found;
}

function malformed({ at }: XmlElement, why: string): Fault {
  return new Fault('trustlist.malformed', { at, why });
}
