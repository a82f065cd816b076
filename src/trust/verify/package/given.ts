/**
 * A value as its source gave it, and beside it what the house understood (S2-60, S2-61): the second
 * follows from the first.
 *
 * The source signs what it gave. Orders of time, places and speeds are judged by what the house
 * made of it, and a house could make another hour of the same letters.
 */
import { isObject, type Json } from '#base/canonical';
import { givenPlace, givenTime } from '#formats/disclosure';

/** What holds no `given`, or beside it no time and no place, is as it was given. */
export function isReadAsGiven(value: Json): boolean {
  if (!isObject(value) || !('given' in value)) return true;
  const said = isObject(value['given']) ? value['given']['value'] : value['given'];
  const text = typeof said === 'string' ? said : '';
  const isTime = 'at' in value || 'atMs' in value;
  const isPlace = 'lat' in value || 'lng' in value;
  return (!isTime || isTimeOf(value, text)) && (!isPlace || isPlaceOf(value, text));
}

function isTimeOf(value: { readonly [name: string]: Json }, text: string): boolean {
  const read = givenTime(text);
  const { at, atMs, zone } = value;
  return read !== undefined && read.at === at && read.atMs === atMs && read.zone === zone;
}

function isPlaceOf(value: { readonly [name: string]: Json }, text: string): boolean {
  const read = givenPlace(text);
  return read !== undefined && read.lat === value['lat'] && read.lng === value['lng'];
}
