/**
 * What a product may collect, on which basis, and when it asks: the list that decides (S4-02).
 *
 * PIPL 6 and 13: each field with its lawful basis, its class of JR/T 0171-2020 and the group whose
 * retention it follows. A product without a list, a list that names what nobody may collect, and a
 * document that prints a person's field outside the list are refused when the catalogue is loaded.
 */

import { z } from 'zod';
import { Fault } from '#base/fault';
import type { Shape } from './fields.ts';
import { dayShape } from './law.ts';
import { type CatalogReader, parseFile } from './reader.ts';
import type { DocumentTemplate } from './template.ts';

const words = z.string().min(1);
const basis = z.string().regex(/^(contract|duty|consent:[a-z-]+)$/);
const fieldShape = z.strictObject({
  field: z.string().regex(/^[a-z][A-Za-z]{0,31}$/),
  title: words,
  basis,
  article: words,
  /** JR/T 0171-2020: C3 authenticates a person, C2 identifies her or her money, C1 the rest. */
  class: z.enum(['C1', 'C2', 'C3']),
  group: z.enum(['identity', 'transaction', 'template', 'network']),
  required: z.boolean(),
});
const captureShape = z.strictObject({
  kind: z.enum(['id-front', 'id-back', 'holder', 'scene', 'income']),
  title: words,
  basis,
  article: words,
  class: z.enum(['C2', 'C3']),
  group: z.enum(['identity', 'transaction']),
  required: z.boolean(),
});
const fileShape = z.strictObject({
  product: words,
  version: words,
  from: dayShape,
  to: dayShape.nullable(),
  fields: z.array(fieldShape).min(1),
  /** Photos, which she takes herself or leaves. */
  captures: z.array(captureShape).default([]),
  asks: z.array(z.strictObject({ kind: words, stage: words })),
  recipients: z.array(
    z.strictObject({
      name: words,
      purpose: words,
      fields: z.array(words).min(1),
      basis,
      /** ISO 3166-1 alpha-2: where it keeps what it is given. */
      country: z.string().regex(/^[A-Z]{2}$/),
    }),
  ),
});

/** One field a product may collect, with its basis, class and retention group. */
export type CollectedField = Readonly<z.infer<typeof fieldShape>>;

/** A photo a product may ask for, with its basis, class and retention group. */
export type AskedCapture = Readonly<z.infer<typeof captureShape>>;

/** The minimisation list of one product. */
export type Minimisation = Readonly<z.infer<typeof fileShape>>;

/** 征信业管理条例 14 and PIPL 28: no loan needs these, whatever a product's author believes. */
const neverCollected = [
  'religion',
  'gene',
  'fingerprint',
  'bloodType',
  'disease',
  'medicalHistory',
  'contactList',
  'browsingHistory',
  'password',
];
const shapeDepthMax = 12;

/** All lists by product; a variant lends under the list of the product it varies. */
export async function loadMinimisations(
  reader: CatalogReader,
): Promise<ReadonlyMap<string, Minimisation>> {
  const lists = new Map<string, Minimisation>();
  for (const name of await reader.list('minimisation')) {
    const list = await parseFile(reader, { part: 'minimisation', name }, fileShape);
    if (name !== `${list.product}.json`) throw new Fault('catalog.file_malformed', { file: name });
    lists.set(list.product, list);
  }
  return lists;
}

/**
 * Refuses with catalog.over_collection what a product must not collect: fields nobody may, a C3
 * value kept longer than it takes to use it, anything without its own consent in the catalogue,
 * and every personal field that a document prints outside the list.
 */
export function refuseOverCollection(
  list: Minimisation,
  against: { kinds: readonly string[]; templates: Iterable<DocumentTemplate> },
): void {
  const over = (field: string, why: string): never => {
    throw new Fault('catalog.over_collection', { product: list.product, field, why });
  };
  const named = new Set(list.fields.map(({ field }) => field));
  if (named.size !== list.fields.length) over(list.product, 'named_twice');
  for (const { field, basis: on, class: level, group } of list.fields) {
    if (neverCollected.includes(field)) over(field, 'forbidden');
    if (level === 'C3' && group !== 'template') over(field, 'kept_too_long');
    if (on.startsWith('consent:') && !against.kinds.includes(on.slice(8))) over(field, 'no_text');
  }
  for (const { kind, basis: on } of list.captures) {
    if (on.startsWith('consent:') && !against.kinds.includes(on.slice(8))) over(kind, 'no_text');
  }
  for (const { kind } of list.asks) if (!against.kinds.includes(kind)) over(kind, 'no_text');
  for (const { name, fields, country } of list.recipients) {
    // PIPL 38 to 40: nothing leaves the country; a way across would be a product of its own.
    if (country !== 'CN') over(name, 'abroad');
    for (const field of fields) if (!named.has(field)) over(field, `given_to ${name}`);
  }
  for (const template of against.templates) {
    for (const field of personalFieldsOf(template)) {
      if (!named.has(field)) over(field, `printed_in ${template.kind}`);
    }
  }
}

/** The members under `borrower`, wherever they stand in a document's shape. */
function personalFieldsOf({ fields, groups }: DocumentTemplate): string[] {
  const found: string[] = [];
  const walk = (shape: Shape, isPerson: boolean, depth: number): void => {
    if (depth > shapeDepthMax) throw new Fault('catalog.file_malformed', { why: 'depth' });
    if (typeof shape === 'string') {
      const group = shape.startsWith('@') ? groups[shape.slice(1)] : undefined;
      if (group !== undefined) walk(group, isPerson, depth + 1);
    } else if (isList(shape)) walk(shape[0], isPerson, depth + 1);
    else {
      for (const [label, inner] of Object.entries(shape)) {
        const name = label.replace(/\?$/, '');
        if (isPerson && name !== '@') found.push(name);
        walk(inner, name === 'borrower' || (isPerson && name === '@'), depth + 1);
      }
    }
  };
  walk(fields, false, 0);
  return found;
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}
