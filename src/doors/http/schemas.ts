/**
 * The shapes that several routes speak in, as JSON Schema sees them.
 */
import { z } from 'zod';
import { caseMoves, isCaseState } from '#business/lending';

export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
export const caseId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
export const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00$/);
export const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
export const fenText = z.string().regex(/^(0|[1-9]\d{0,17})$/);
/** RFC 9562 in lower case, the only spelling the house uses. */
export const id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
export const withId = z.strictObject({ id });
export const caseState = z.enum(Object.keys(caseMoves).filter(isCaseState));

/** A statement signed by a party outside the house. */
export const attestation = z.strictObject({
  statement: z.record(z.string(), z.unknown()),
  by: z.string(),
  sig: z.base64(),
});
