/**
 * Reads one start tag with its attributes and resolves its prefixes (Namespaces in XML 1.0 §6).
 */
import { Fault } from '#base/fault';
import { xmlAttributesMax, xmlPrefixesMax } from './limits.ts';
import type { XmlScanner } from './scanner.ts';
import type { XmlAttribute } from './tree.ts';

/** Which namespace each prefix means; the empty prefix is the default. */
type Scope = ReadonlyMap<string, string>;

/** A start tag as read: still open unless it is empty. */
export interface OpenTag {
  readonly name: string;
  readonly local: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly at: number;
  readonly scope: Scope;
  readonly isEmpty: boolean;
}

const xmlNamespace = 'http://www.w3.org/XML/1998/namespace';
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';
const outermost: Scope = new Map([['xml', xmlNamespace]]);

export function readTag(scanner: XmlScanner, outer: Scope = outermost): OpenTag {
  const { at } = scanner;
  scanner.take('<');
  const name = scanner.name();
  const written: [string, string][] = [];
  let isEmpty = false;
  for (;;) {
    const spaced = scanner.space();
    isEmpty = scanner.skips('/>');
    if (isEmpty || scanner.skips('>')) break;
    if (!spaced) scanner.refuse('space expected');
    if (written.length >= xmlAttributesMax) {
      throw new Fault('xml.limit', { at, why: 'number of attributes' });
    }
    written.push(readAttribute(scanner));
  }
  const scope = declared(scanner, outer, written);
  const attributes = written.map(([one, value]) => attribute(scanner, scope, { name: one, value }));
  const expanded = attributes.map((one) => `${one.namespace} ${one.local}`);
  if (new Set(expanded).size !== expanded.length) scanner.refuse('attribute twice');
  const { prefix, local } = split(name);
  const namespace = scope.get(prefix) ?? (prefix === '' ? '' : scanner.refuse('unknown prefix'));
  return { name, local, namespace, attributes, at, scope, isEmpty };
}

function readAttribute(scanner: XmlScanner): [string, string] {
  const name = scanner.name();
  scanner.space();
  scanner.take('=');
  scanner.space();
  const quote = scanner.peek(1);
  if (quote !== '"' && quote !== "'") scanner.refuse('quote expected');
  scanner.take(quote);
  const raw = scanner.through(quote);
  if (raw.includes('<')) scanner.refuse('< in an attribute');
  // XML 1.0 §3.3.3: white space that is written as such becomes a space.
  return [name, scanner.resolved(raw.replaceAll(/[\t\n]/g, ' '))];
}

function declared(
  scanner: XmlScanner,
  outer: Scope,
  written: readonly (readonly [string, string])[],
): Scope {
  const fresh = written.flatMap(([name, value]): [string, string][] => {
    if (name === 'xmlns') return [['', value]];
    return name.startsWith('xmlns:') ? [[name.slice('xmlns:'.length), value]] : [];
  });
  if (fresh.length === 0) return outer;
  for (const [prefix, namespace] of fresh) {
    const isReserved = prefix === 'xmlns' || namespace === xmlnsNamespace;
    const isXmlMixedUp = (prefix === 'xml') !== (namespace === xmlNamespace);
    if (isReserved || isXmlMixedUp || (prefix !== '' && namespace === '')) {
      scanner.refuse('namespace declaration');
    }
  }
  const scope = new Map([...outer, ...fresh]);
  if (scope.size > xmlPrefixesMax) {
    throw new Fault('xml.limit', { at: scanner.at, why: 'number of prefixes' });
  }
  return scope;
}

function attribute(
  scanner: XmlScanner,
  scope: Scope,
  { name, value }: { name: string; value: string },
): XmlAttribute {
  if (name === 'xmlns') return { name, local: name, namespace: xmlnsNamespace, value };
  const { prefix, local } = split(name);
  if (prefix === '') return { name, local, namespace: '', value };
  if (prefix === 'xmlns') return { name, local, namespace: xmlnsNamespace, value };
  return { name, local, namespace: scope.get(prefix) ?? scanner.refuse('unknown prefix'), value };
}

function split(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':');
  if (colon === -1) return { prefix: '', local: name };
  return { prefix: name.slice(0, colon), local: name.slice(colon + 1) };
}
