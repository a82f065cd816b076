/**
 * What a paper says in figures: the member values of its attached `data.json`.
 *
 * What a person signed she signed with this file inside. A member that does not stand there, or is
 * of another kind than these rules look for, says nothing.
 */
import { parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { readAttachments } from '#formats/pdf';
import { type JsonObject, objectOf } from '../json.ts';
import type { JudgedDocument } from '../own/documents.ts';
import type { Findings } from '../report/findings.ts';

const paperDataName = 'data.json';
/** The last entry of the case when the paper was drawn. */
export const headMember = 'evidenceHeadSha256';

/** What an application opens of a person and a paper prints of her. */
export const personMembers: readonly string[] = ['name', 'idNumber', 'phone', 'card'];

/** A document of a package with what it says; undefined where it holds no such file. */
export interface SpeakingPaper {
  readonly document: JudgedDocument;
  readonly data: JsonObject | undefined;
}

export async function readPaper(
  document: JudgedDocument,
  { engine, findings }: { readonly engine: Engine; readonly findings: Findings },
): Promise<SpeakingPaper> {
  const { file, name } = document;
  if (file === undefined) return { document, data: undefined };
  const flaw = { code: 'pdf_malformed', part: name } as const;
  const data = await findings.triedLater(flaw, async () => {
    const found = await readAttachments(file, engine);
    const [own, other] = found.filter(({ names }) => names.includes(paperDataName));
    // Of two files or names, and of two members with one name, each reader takes another one.
    if (other !== undefined || (own !== undefined && own.names.length > 1))
      throw new Fault('verify.json_malformed', { member: paperDataName });
    return own === undefined ? undefined : objectOf(parseCanonical(own.bytes));
  });
  return { document, data };
}

/** The member of this name if it is an object. */
export function objectIn(fields: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = fields?.[name];
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as JsonObject)
    : undefined;
}

/** The member of this name if it is a text. */
export function textOf(fields: JsonObject | undefined, name: string): string | undefined {
  const value = fields?.[name];
  return typeof value === 'string' ? value : undefined;
}

/** The fields for which the paper has a place. */
export function fieldsOf({ data }: SpeakingPaper): readonly string[] {
  const slots = data?.['slots'];
  if (!Array.isArray(slots)) return [];
  return slots.flatMap((slot) => textOf(objectIn({ slot }, 'slot'), 'field') ?? []);
}
