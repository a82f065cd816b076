/**
 * What somebody drew on a pad, as data and as ink: a drawing is an appearance and never by itself a
 * signature.
 *
 * Each stroke becomes one filled outline, wider where the pen pressed or went slowly, so that no
 * line caps or joins are needed and the ink looks the same in every viewer.
 */
import { type Json, parseCanonical } from '#base/canonical';
import { Fault } from '#base/fault';
import { type PathStep, type Point, pathOf } from './appearance.ts';

const sideMax = 10_000; // tenths of a CSS pixel
const strokesMax = 64;
const strokePointsMax = 1_000;
const pointsMax = 4_000;
const pressureMax = 1_000;
const drawingBytesMax = 64 * 1024;
const nearestShare = 0.25; // of the pen's width: points closer than that add nothing to be seen
const roundCorners = 8; // of the half circle at an end

/**
 * A drawing on a pad: y goes down, times are milliseconds since the first point. Each stroke is a
 * flat list x, y, t, …; with `hasPressure` x, y, t, pressure (0 to 1000), ….
 */
export interface Strokes {
  readonly width: number;
  readonly height: number;
  readonly hasPressure: boolean;
  readonly strokes: readonly (readonly number[])[];
}

/**
 * Reads canonical JSON `{"v":1,"width","height","strokes":[[x,y,t,…],…]}`, or `"v":2` with a fourth
 * number for the pressure; anything else is pdf.strokes_malformed.
 */
export function parseStrokes(bytes: Uint8Array): Strokes {
  if (bytes.length > drawingBytesMax) throw malformed('size');
  const json = readJson(bytes);
  if (typeof json !== 'object' || json === null || Array.isArray(json)) throw malformed('object');
  const members = new Map(Object.entries<Json>(Object(json)));
  const [v, width, height, strokes] = ['v', 'width', 'height', 'strokes'].map((name) =>
    members.get(name),
  );
  if (members.size !== 4 || (v !== 1 && v !== 2)) throw malformed('members');
  if (!isSide(width) || !isSide(height)) throw malformed('pad');
  if (!Array.isArray(strokes) || strokes.length < 1 || strokes.length > strokesMax) {
    throw malformed('strokes');
  }
  const hasPressure = v === 2;
  const each = hasPressure ? 4 : 3;
  const drawn: number[][] = [];
  let [points, last] = [0, 0];
  for (const stroke of strokes as readonly Json[]) {
    const numbers = numbersIn(stroke, each);
    points += numbers.length / each;
    if (points > pointsMax) throw malformed('points');
    for (let at = 0; at < numbers.length; at += each) {
      const [x = 0, y = 0, t = 0, pressure = 0] = numbers.slice(at, at + each);
      const isInside = x <= width && y <= height && pressure <= pressureMax;
      if (!isInside || t < last) throw malformed('point');
      last = t;
    }
    drawn.push(numbers);
  }
  return { width, height, hasPressure, strokes: drawn };
}

function readJson(bytes: Uint8Array): Json {
  try {
    return parseCanonical(bytes);
  } catch (cause) {
    if (!(cause instanceof Fault)) throw cause;
    throw new Fault('pdf.strokes_malformed', { why: cause.code }, { cause });
  }
}

function isSide(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= sideMax;
}

function numbersIn(stroke: unknown, each: number): number[] {
  if (!Array.isArray(stroke)) throw malformed('stroke');
  const numbers = (stroke as readonly unknown[]).filter((one) => isWhole(one));
  const isWholeList = numbers.length === stroke.length && numbers.length % each === 0;
  if (!isWholeList || numbers.length === 0 || numbers.length > strokePointsMax * each) {
    throw malformed('stroke');
  }
  return numbers;
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function malformed(why: string): Fault {
  return new Fault('pdf.strokes_malformed', { why });
}

/** A rectangle in points: lower left corner, width and height. */
export interface InkBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Dab {
  readonly at: Point;
  readonly radius: number;
}

/** The drawing's ink fitted into a box, as filled paths; `pen` is its usual width in points. */
export function inkIn(drawing: Strokes, box: InkBox, pen: number): string {
  const each = drawing.hasPressure ? 4 : 3;
  const raw = drawing.strokes.map((stroke) => dabsOf(stroke, each));
  const all = raw.flat().map(({ at }) => at);
  const [xs, ys] = [all.map(([x]) => x), all.map(([, y]) => y)];
  const [left, top] = [Math.min(...xs), Math.min(...ys)];
  const [wide, tall] = [Math.max(...xs) - left, Math.max(...ys) - top];
  const room = { width: box.width - 2 * pen, height: box.height - 2 * pen };
  const scale = Math.min(room.width / Math.max(wide, 1), room.height / Math.max(tall, 1));
  const x0 = box.x + pen + (room.width - wide * scale) / 2;
  const y0 = box.y + pen + (room.height + tall * scale) / 2;
  const placed = raw.map((stroke) =>
    stroke.map(({ at: [x, y], radius }): Dab => {
      const at: Point = [x0 + (x - left) * scale, y0 - (y - top) * scale];
      return { at, radius: (radius * pen) / 2 };
    }),
  );
  return placed.map((stroke) => outlineOf(thinned(stroke, pen * nearestShare))).join('\n');
}

/** Points with radii around 1: by pressure where there is one, else by how slowly the pen went. */
function dabsOf(stroke: readonly number[], each: number): Dab[] {
  const dabs: Dab[] = [];
  const usual = usualSpeed(stroke, each);
  let radius = 1;
  for (let at = 0; at < stroke.length; at += each) {
    const [x = 0, y = 0, , pressure] = stroke.slice(at, at + each);
    const speed = speedAt(stroke, at, each);
    const wanted =
      pressure === undefined
        ? Math.min(1.25, Math.max(0.55, 1.4 - (0.45 * speed) / usual))
        : 0.5 + pressure / pressureMax;
    // A pen does not change its width from one point to the next.
    radius = at === 0 ? wanted : 0.7 * radius + 0.3 * wanted;
    dabs.push({ at: [x, y], radius });
  }
  return dabs;
}

function speedAt(stroke: readonly number[], at: number, each: number): number {
  if (at < each) return 0;
  const [x = 0, y = 0, t = 0] = stroke.slice(at, at + 3);
  const [fromX = 0, fromY = 0, from = 0] = stroke.slice(at - each, at - each + 3);
  return Math.hypot(x - fromX, y - fromY) / Math.max(1, t - from);
}

function usualSpeed(stroke: readonly number[], each: number): number {
  const speeds: number[] = [];
  for (let at = each; at < stroke.length; at += each) speeds.push(speedAt(stroke, at, each));
  const sorted = speeds.toSorted((a, b) => a - b);
  return Math.max(sorted[sorted.length >> 1] ?? 0, 0.001);
}

function thinned(stroke: readonly Dab[], nearest: number): Dab[] {
  const kept: Dab[] = [];
  for (const dab of stroke) {
    const last = kept.at(-1);
    const far = last === undefined || distance(last.at, dab.at) >= nearest;
    if (far) kept.push(dab);
  }
  return kept;
}

/** Along one side of the stroke, around its end, back along the other side, around its start. */
function outlineOf(dabs: readonly Dab[]): string {
  const left: Point[] = [];
  const right: Point[] = [];
  dabs.forEach(({ at: [x, y], radius }, place) => {
    const turn = directionAt(dabs, place);
    const [over, along] = [-Math.sin(turn) * radius, Math.cos(turn) * radius];
    left.push([x + over, y + along]);
    right.push([x - over, y - along]);
  });
  const [first, last] = [dabs[0], dabs.at(-1)];
  if (first === undefined || last === undefined) return '';
  const end = halfCircle(last, directionAt(dabs, dabs.length - 1) + Math.PI / 2);
  const start = halfCircle(first, directionAt(dabs, 0) - Math.PI / 2);
  const around = [...left, ...end, ...right.toReversed(), ...start];
  const steps = around.map((to, place): PathStep => ({ do: place === 0 ? 'move' : 'line', to }));
  return `${pathOf([...steps, { do: 'close' }], [1, 0, 0, 1, 0, 0])}\nf`;
}

function halfCircle({ at: [x, y], radius }: Dab, from: number): Point[] {
  return Array.from({ length: roundCorners - 1 }, (_, corner): Point => {
    const turn = from - ((corner + 1) * Math.PI) / roundCorners;
    return [x + radius * Math.cos(turn), y + radius * Math.sin(turn)];
  });
}

function directionAt(dabs: readonly Dab[], place: number): number {
  const before = dabs[Math.max(0, place - 1)]?.at ?? [0, 0];
  const after = dabs[Math.min(dabs.length - 1, place + 1)]?.at ?? [0, 0];
  return Math.atan2(after[1] - before[1], after[0] - before[0]);
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}
