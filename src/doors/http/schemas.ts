/**
 * The shapes that several routes speak in, as JSON Schema sees them.
 */
import { z } from 'zod';
import { caseMoves, isCaseState } from '#business/lending';
import { isPreservationNumber } from '#trust/evidence';

export const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);
export const caseId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
export const instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}\+08:00$/);
/** 保全号: a slip of the pen is told as one, rather than answered as if nothing were there. */
export const numberText = z
  .string()
  .regex(/^FB\d{18}(?:\d{6})?$/)
  .refine(isPreservationNumber, { params: { needs: 'ISO 7064 MOD 11,10' } });
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
