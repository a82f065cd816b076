/**
 * A document template: its source, the form it is set in, its fields, and one digest over all.
 *
 * The digest stands in the evidence of every document set from it (C.15 no. 12: a template edited
 * in place must never make old evidence show new text).
 */

import { z } from 'zod';
import { fromUtf8, toHex } from '#base/bytes';
import type { Json } from '#base/canonical';
import { canonicalBytes } from '#base/canonical';
import type { Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { Groups, Shape } from './fields.ts';
import type { CatalogReader } from './reader.ts';
import { parseFile } from './reader.ts';

/** A place for one party's signature, in PDF points from the lower left corner of the page. */
export interface SignaturePlace {
  readonly field: 'borrower' | 'lender';
  readonly page: number;
  readonly rect: readonly [left: number, bottom: number, right: number, top: number];
}

/** What a document of one kind is set from. */
export interface DocumentTemplate {
  readonly kind: string;
  readonly title: string;
  readonly version: string;
  readonly slots: readonly string[];
  /** Clauses that she confirms one by one; each title stands in the source. */
  readonly clauses: readonly { readonly id: string; readonly title: string }[];
  readonly fields: Shape;
  readonly groups: Groups;
  readonly source: { readonly name: string; readonly text: string };
  readonly form: string;
  /** Lower-case hex over template, form, schema and groups. */
  readonly sha256: string;
}

/** Which document to set, from which facts, as of when. */
export interface PrintOrder {
  readonly kind: string;
  readonly inputs: { readonly [name: string]: Json };
  readonly at: Instant;
}

/** A finished document: the base revision before anybody signs. */
export interface PrintedDocument {
  readonly pdf: Uint8Array;
  readonly title: string;
  readonly pages: number;
  /** How much there is to read; the reading rule counts by it. */
  readonly characters: number;
  /** `loan-contract@1` */
  readonly template: string;
  readonly templateSha256: string;
  readonly slots: readonly SignaturePlace[];
  readonly clauses: DocumentTemplate['clauses'];
}

const shape: z.ZodType<Shape> = z.lazy(() =>
  z.union([z.string(), z.tuple([shape]), z.record(z.string(), shape)]),
);
const groupsShape = z.record(z.string(), shape);
const schemaShape = z.strictObject({
  kind: z.string(),
  title: z.string().min(1),
  version: z.string().regex(/^\d+$/),
  slots: z.array(z.enum(['borrower', 'lender'])),
  clauses: z
    .array(
      z.strictObject({ id: z.string().regex(/^[a-z][a-z-]{0,31}$/), title: z.string().min(1) }),
    )
    .default([]),
  fields: shape,
});

const formName = 'form.typ';
const groupsName = 'groups.json';
/**
 * What every contract says, by words that its template's source must contain: evidence is preserved
 * (S2-15), a court has jurisdiction (S2-16), writs are served by data message (S2-17).
 */
const contractClauses = ['证据保全告知', '管辖', '争议解决', '电子送达地址'];
/** Who decides, as a template names it: a court or an arbitration institution, never both. */
const disputeRoutes = ['lender.court', 'lender.arbitration'];

export async function loadTemplates(
  reader: CatalogReader,
  engine: Engine,
): Promise<ReadonlyMap<string, DocumentTemplate>> {
  const form = fromUtf8(await reader.read('templates', formName));
  const groups = await parseFile(reader, { part: 'schemas', name: groupsName }, groupsShape);
  const templates = new Map<string, DocumentTemplate>();
  for (const name of await reader.list('schemas')) {
    if (name === groupsName) continue;
    const schema = await parseFile(reader, { part: 'schemas', name }, schemaShape);
    if (name !== `${schema.kind}.json`) throw new Fault('catalog.file_malformed', { file: name });
    const source = `${schema.kind}.typ`;
    const text = fromUtf8(await reader.read('templates', source));
    refuseMissingClauses(schema.kind, text);
    refuseUntagged(schema, text);
    const parts = { form, groups: asJson(groups), schema: asJson(schema), text };
    templates.set(schema.kind, {
      ...schema,
      groups,
      source: { name: source, text },
      form,
      sha256: toHex(await engine.digest('sha256', canonicalBytes(parts))),
    });
  }
  return templates;
}

function refuseMissingClauses(kind: string, text: string): void {
  if (!kind.endsWith('-contract')) return;
  const missing = contractClauses.filter((clause) => !text.includes(clause));
  if (missing.length > 0) {
    throw new Fault('catalog.clause_missing', { template: kind, clause: missing.join() });
  }
  // 仲裁法 5, 民诉法 35: agreed on both, a clause is void and nobody knows who decides.
  const routes = disputeRoutes.filter((route) => text.includes(route));
  if (routes.length === 1) return;
  throw new Fault('catalog.clause_missing', { template: kind, disputeRoutes: routes.length });
}

/** A clause that is to be confirmed must be a clause that can be read. */
function refuseUntagged(schema: z.infer<typeof schemaShape>, text: string): void {
  for (const { title } of schema.clauses) {
    if (text.includes(`#clause[${title}]`)) continue;
    throw new Fault('catalog.clause_missing', { template: schema.kind, clause: title });
  }
}

function asJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
