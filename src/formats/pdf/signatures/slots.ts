/**
 * The places for signatures that a base revision states of itself, in its attached data.json.
 *
 * Who confirms the bytes confirms the places with them (law 2), so a later face can stand nowhere
 * else. Sides are whole thousandths of a point, for our canonical JSON holds no fractions.
 */
import { type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import type { Rect } from '../fields/prepare.ts';
import type { PdfFile } from '../file/file.ts';
import { readAttachments } from './attachments.ts';

const slotUnitsPerPoint = 1000;
const dataName = 'data.json';
const slotsMax = 64;
/** A seal is at most 58 mm across; a larger place would be a page and not a place on it. */
const slotSideMax = 260 * slotUnitsPerPoint;

/** A place for one signature; its sides in points from the lower left corner of the page. */
export interface FacePlace {
  readonly field: string;
  readonly page: number;
  readonly rect: Rect;
}

/** The member `slots` of data.json. Finer than a thousandth of a point no place is kept. */
export function printSlots(places: readonly FacePlace[]): Json {
  return places.map(({ field, page, rect }) => ({
    field,
    page,
    rect: rect.map((side) => Math.round(side * slotUnitsPerPoint)),
  }));
}

/** The places that a base revision states; refuses with pdf.attachment_malformed. */
export async function readSlots(base: PdfFile, engine: Engine): Promise<readonly FacePlace[]> {
  const found = await readAttachments(base, engine);
  const [data, ...more] = found.filter(({ name }) => name === dataName);
  // Two files of one name are two lists of places, and a reader may open either.
  if (data === undefined || more.length > 0) throw malformed('one data.json');
  const listed = membersOf(parseCanonical(data.bytes)).get('slots');
  if (!Array.isArray(listed) || listed.length > slotsMax) throw malformed('slots');
  const slots = (listed as readonly Json[]).map((slot) => readSlot(slot, base));
  slots.forEach((slot, at) => {
    if (slots.slice(0, at).some((other) => collide(slot, other))) throw malformed(slot.field);
  });
  return slots.map(({ field, page, units }) => {
    const [left, bottom, right, top] = units;
    const rect = [left, bottom, right, top].map((side) => side / slotUnitsPerPoint);
    return { field, page, rect: rect as [number, number, number, number] };
  });
}

interface Slot {
  readonly field: string;
  readonly page: number;
  readonly units: Rect;
}

function readSlot(json: Json, base: PdfFile): Slot {
  const members = membersOf(json);
  const [field, page, rect] = ['field', 'page', 'rect'].map((name) => members.get(name));
  const good = members.size === 3 && typeof field === 'string' && typeof page === 'number';
  if (!good || !Array.isArray(rect) || rect.length !== 4) throw malformed('slot');
  const sides = (rect as readonly Json[]).map((side) => {
    if (typeof side !== 'number') throw malformed(field);
    return side;
  });
  const [left = 0, bottom = 0, right = 0, top = 0] = sides;
  const box = base.pages()[page - 1]?.mediaBox.map((side) => side * slotUnitsPerPoint) ?? [];
  const [boxLeft = 0, boxBottom = 0, boxRight = 0, boxTop = 0] = box;
  const inside = left >= boxLeft && bottom >= boxBottom && right <= boxRight && top <= boxTop;
  const sized = left < right && bottom < top;
  const small = right - left <= slotSideMax && top - bottom <= slotSideMax;
  if (!inside || !sized || !small) throw malformed(field);
  return { field, page, units: [left, bottom, right, top] };
}

/** One name for two places, or two places on one spot: a face would have a choice, or a cover. */
function collide(a: Slot, b: Slot): boolean {
  if (a.field === b.field) return true;
  const [left, bottom, right, top] = a.units;
  const [otherLeft, otherBottom, otherRight, otherTop] = b.units;
  const apart =
    right <= otherLeft || otherRight <= left || top <= otherBottom || otherTop <= bottom;
  return a.page === b.page && !apart;
}

function membersOf(json: Json | undefined): ReadonlyMap<string, Json> {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('object');
  return new Map(Object.entries(json));
}

function malformed(why: string): Fault {
  return new Fault('pdf.attachment_malformed', { name: dataName, why });
}
