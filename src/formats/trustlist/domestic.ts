/**
 * Reads a list of licensed certification authorities that a house keeps itself (JSON).
 *
 * China publishes its licences (电子认证服务许可证) as a register of names, not as certificates; this
 * template binds the two: who was licensed, since when, and which certificates are theirs.
 */
import { fromBase64, fromUtf8 } from '#base/bytes';
import { type Instant, instantFromMs } from '#base/clock';
import { Fault } from '#base/fault';
import type { ServiceKind, ServicePeriod, TrustedList, TrustedService } from './service.ts';

/** What the field `format` of such a list says. */
export const domesticFormat = 'fubie.trusted-services/1';
const servicesMax = 10_000;
const serviceKinds: readonly ServiceKind[] = ['ca', 'tsa', 'ocsp', 'crl'];

type Fields = Readonly<Record<string, unknown>>;

/** trustlist.malformed with the name of the field that is not as it must be. */
export function readDomesticList(bytes: Uint8Array): TrustedList {
  const root = fieldsOf(parsed(bytes), 'list');
  if (root['format'] !== domesticFormat) throw malformed('format');
  const services = listOf(root, 'services');
  if (services.length > servicesMax) throw new Fault('trustlist.limit', { why: 'services' });
  return {
    format: 'domestic',
    territory: textOf(root, 'territory'),
    operator: textOf(root, 'operator'),
    sequence: undefined,
    issuedAt: dayOf(root, 'issued'),
    nextUpdate: root['nextUpdate'] === undefined ? undefined : dayOf(root, 'nextUpdate'),
    services: services.map((one) => serviceOf(fieldsOf(one, 'services'))),
    notices: ['list_not_signed'],
  };
}

function serviceOf(of: Fields): TrustedService {
  const type = textOf(of, 'kind');
  const kind = serviceKinds.find((one) => one === type);
  if (kind === undefined) throw malformed('kind');
  const periods = listOf(of, 'periods')
    .map((one) => periodOf(fieldsOf(one, 'periods')))
    .toSorted((a, b) => b.from - a.from);
  return {
    provider: textOf(of, 'provider'),
    name: textOf(of, 'name'),
    kind,
    type,
    isQualified: of['licence'] !== undefined && textOf(of, 'licence') !== '',
    periods,
    certificates: listOf(of, 'certificates').map(certificateOf),
    keyIdentifiers: [],
  };
}

function periodOf(of: Fields): ServicePeriod {
  const status = textOf(of, 'status');
  const to = of['to'] === undefined || of['to'] === null ? undefined : dayOf(of, 'to');
  const from = dayOf(of, 'from');
  return { status, isGranted: status === 'licensed', from, to, uses: [] };
}

function certificateOf(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw malformed('certificates');
  try {
    return fromBase64(text.replaceAll(/\s/g, ''));
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('trustlist.malformed', { why: 'certificates' }, { cause });
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw new Fault('trustlist.malformed', { why: 'JSON' }, { cause });
  }
}

function fieldsOf(value: unknown, field: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw malformed(field);
  return Object.fromEntries(Object.entries(value));
}

function listOf(of: Fields, field: string): readonly unknown[] {
  const value = of[field];
  if (!Array.isArray(value)) throw malformed(field);
  return value;
}

function textOf(of: Fields, field: string): string {
  const value = of[field];
  if (typeof value !== 'string') throw malformed(field);
  return value;
}

/** A day in China, at its first second. */
function dayOf(of: Fields, field: string): Instant {
  const text = textOf(of, field);
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00+08:00`) : Number.NaN;
  if (Number.isNaN(ms)) throw malformed(field);
  return instantFromMs(ms);
}

function malformed(field: string): Fault {
  return new Fault('trustlist.malformed', { why: field });
}
