/**
 * What an XML text is read into (XML 1.0, Namespaces in XML 1.0), and how to look into it.
 */

/** An attribute; a namespace declaration is one too, in the namespace of declarations. */
export interface XmlAttribute {
  /** As written, prefix included. */
  readonly name: string;
  readonly local: string;
  /** Empty for an attribute without a prefix. */
  readonly namespace: string;
  readonly value: string;
}

/** A run of text between tags, references resolved; CDATA sections are text. */
export interface XmlText {
  readonly kind: 'text';
  /** Where it begins, in characters of the text. */
  readonly at: number;
  readonly text: string;
}

/** An element with its attributes and what is inside, in order. */
export interface XmlElement {
  readonly kind: 'element';
  /** As written, prefix included. */
  readonly name: string;
  readonly local: string;
  /** Empty outside every namespace. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly (XmlElement | XmlText)[];
  /** Where its start tag begins, in characters of the text. */
  readonly at: number;
  /** Just behind its end tag. */
  readonly end: number;
}

/** The child elements of a name; without a namespace, of any. */
export function elementsOf(
  parent: XmlElement,
  local: string,
  namespace?: string,
): readonly XmlElement[] {
  return parent.children.flatMap((child) =>
    child.kind === 'element' &&
    child.local === local &&
    (namespace === undefined || child.namespace === namespace)
      ? [child]
      : [],
  );
}

/** The first child element of a name; undefined if there is none. */
export function elementOf(
  parent: XmlElement,
  local: string,
  namespace?: string,
): XmlElement | undefined {
  return elementsOf(parent, local, namespace)[0];
}

/** The element at the end of a path of names, each the first of its name; undefined if broken. */
export function elementAt(parent: XmlElement, ...path: readonly string[]): XmlElement | undefined {
  let at: XmlElement | undefined = parent;
  for (const local of path) at = at && elementOf(at, local);
  return at;
}

/** Everything written inside, whatever the elements around it. */
export function textIn(element: XmlElement): string {
  return element.children
    .map((child) => (child.kind === 'text' ? child.text : textIn(child)))
    .join('');
}

/** The value of an attribute that stands in no namespace, or in the one given. */
export function attributeOf(
  element: XmlElement,
  local: string,
  namespace = '',
): string | undefined {
  const of = (one: XmlAttribute): boolean => one.local === local && one.namespace === namespace;
  return element.attributes.find(of)?.value;
}
