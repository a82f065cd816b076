/**
 * Exclusive canonical XML without comments (W3C xml-exc-c14n 1.0): the one spelling of an element
 * that is signed. Processing instructions are not read into the tree, so who canonicalises a text
 * makes sure that there are none (`hasInstructions`).
 */
import { compare, utf8 } from '#base/bytes';
import type { XmlAttribute, XmlElement } from './tree.ts';

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** What is left out, and which prefixes are treated as inclusive canonical XML treats them. */
export interface CanonicalWish {
  /** The enveloped signature. */
  readonly without?: XmlElement;
  /** `#default` means the default namespace. */
  readonly inclusivePrefixes?: readonly string[];
}

type Scope = ReadonlyMap<string, string>;

/** The octets of `element`, which lies in `root` or is it. */
export function canonicalXml(
  root: XmlElement,
  element: XmlElement,
  wish: CanonicalWish = {},
): Uint8Array {
  const inclusive = (wish.inclusivePrefixes ?? []).map((one) => (one === '#default' ? '' : one));
  const out: string[] = [];
  new Writer(out, inclusive, wish.without).write(element, {
    scope: scopeAbove(root, element) ?? new Map(),
    written: new Map(),
  });
  return utf8(out.join(''));
}

/** Are there processing instructions besides the declaration? In doubt there are. */
export function hasInstructions(text: string): boolean {
  return text.indexOf('<?', 2) >= 0;
}

/** The prefixes in force around `element`; undefined if it is not within `from`. */
function scopeAbove(from: XmlElement, element: XmlElement): Scope | undefined {
  if (from === element) return new Map();
  const own = scopeOf(new Map(), from);
  for (const child of from.children) {
    if (child.kind !== 'element' || child.at > element.at || child.end < element.end) continue;
    const inner = scopeAbove(child, element);
    if (inner !== undefined) return new Map([...own, ...inner]);
  }
  return undefined;
}

function scopeOf(outer: Scope, { attributes }: XmlElement): Scope {
  const declared = attributes.filter(isDeclaration);
  if (declared.length === 0) return outer;
  return new Map([...outer, ...declared.map((one) => [prefixDeclared(one), one.value] as const)]);
}

class Writer {
  readonly #out: string[];
  readonly #inclusive: readonly string[];
  readonly #without: XmlElement | undefined;

  constructor(out: string[], inclusive: readonly string[], without: XmlElement | undefined) {
    this.#out = out;
    this.#inclusive = inclusive;
    this.#without = without;
  }

  /** `written`: which namespaces the elements around it have declared in the output. */
  write(element: XmlElement, { scope, written }: { scope: Scope; written: Scope }): void {
    if (element === this.#without) return;
    const here = scopeOf(scope, element);
    const declared = this.#declared(element, here, written);
    this.#out.push(`<${element.name}`);
    for (const [prefix, uri] of declared) {
      const name = prefix === '' ? 'xmlns' : `xmlns:${prefix}`;
      this.#out.push(` ${name}="${attributeText(uri)}"`);
    }
    const own = element.attributes.filter((one) => !isDeclaration(one));
    for (const { name, value } of own.toSorted(byNamespace)) {
      this.#out.push(` ${name}="${attributeText(value)}"`);
    }
    this.#out.push('>');
    const inside = { scope: here, written: new Map([...written, ...declared]) };
    for (const child of element.children) {
      if (child.kind === 'text') this.#out.push(contentText(child.text));
      else this.write(child, inside);
    }
    this.#out.push(`</${element.name}>`);
  }

  /** §3: what the element and its attributes visibly use, where the output does not say it yet. */
  #declared(
    element: XmlElement,
    here: Scope,
    written: Scope,
  ): readonly (readonly [string, string])[] {
    const used = element.attributes
      .filter((one) => !isDeclaration(one) && one.name.includes(':'))
      .map(({ name }) => prefixOf(name));
    const wanted = new Set([
      prefixOf(element.name),
      ...used,
      ...this.#inclusive.filter((prefix) => here.has(prefix)),
    ]);
    wanted.delete('xml');
    return [...wanted]
      .map((prefix) => [prefix, here.get(prefix) ?? ''] as const)
      .filter(([prefix, uri]) => uri !== (written.get(prefix) ?? ''))
      .toSorted(([a], [b]) => byCodePoints(a, b));
  }
}

function isDeclaration({ namespace }: XmlAttribute): boolean {
  return namespace === xmlnsNamespace;
}

function prefixDeclared({ name }: XmlAttribute): string {
  return name === 'xmlns' ? '' : name.slice('xmlns:'.length);
}

function prefixOf(name: string): string {
  const colon = name.indexOf(':');
  return colon < 0 ? '' : name.slice(0, colon);
}

function byNamespace(a: XmlAttribute, b: XmlAttribute): number {
  return byCodePoints(a.namespace, b.namespace) || byCodePoints(a.local, b.local);
}

function byCodePoints(a: string, b: string): number {
  return compare(utf8(a), utf8(b));
}

function contentText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#xD;');
}

function attributeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;');
}
