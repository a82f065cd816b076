/**
 * Seals as data: what a maker of seals is told, in millimetres, and nothing about how it is drawn.
 *
 * The measures of the kinds are those of a rule where there is one, and custom elsewhere; `basis`
 * says which.
 */
import { Fault } from '#base/fault';

const nameLettersMax = 40;
const lineLettersMax = 16;
const codeLettersMax = 24;
const squareLettersMax = 6;
const sideMmMin = 8;
const sideMmMax = 60; // GA/T 1106 ends at 58 mm

/** What is drawn; the inks are the two that a face may have. */
export type SealFigure = RoundSeal | OvalSeal | SquareSeal;

/** The inks of seals: red by custom and rule, blue for those that a house tells apart. */
export type SealInk = 'red' | 'blue';

/** A circle with a name on its rim. */
export interface RoundSeal {
  readonly shape: 'round';
  readonly diameterMm: number;
  /** Along the upper rim, from left to right. */
  readonly name: string;
  readonly hasStar: boolean;
  /** A straight line below the star, for example 合同专用章. */
  readonly line?: string;
  /** Along the lower rim, for example the number under which the police hold the seal. */
  readonly code?: string;
  readonly ink?: SealInk;
}

/** An ellipse with a name on its rim. */
export interface OvalSeal {
  readonly shape: 'oval';
  readonly widthMm: number;
  readonly heightMm: number;
  readonly name: string;
  /** A straight line across the middle, for example a taxpayer's number. */
  readonly middle?: string;
  readonly line?: string;
  readonly code?: string;
  readonly ink?: SealInk;
}

/** A person's name in a square frame, as a legal representative's seal shows it. */
export interface SquareSeal {
  readonly shape: 'square';
  readonly sideMm: number;
  /** One to six letters, read in columns from the right, for example 王小明印. */
  readonly text: string;
  readonly ink?: SealInk;
}

/** The kinds of seals a company has, with their measures. */
export const sealKinds = {
  /** 公章 */
  official: {
    line: undefined,
    diameterMm: 40,
    basis: '国发〔1999〕25号: ≤ 45 mm; 40 mm by custom',
  },
  /** 合同专用章 */
  contract: { line: '合同专用章', diameterMm: 40, basis: 'custom' },
  /** 财务专用章 */
  finance: { line: '财务专用章', diameterMm: 38, basis: 'custom' },
  /** 发票专用章: an ellipse with the taxpayer's number across its middle. */
  invoice: { line: '发票专用章', widthMm: 40, heightMm: 30, basis: '国家税务总局公告2011年第7号' },
  /** 法定代表人名章 */
  representative: { sideMm: 20, basis: 'custom' },
} as const;

/** One of the kinds of seals that have measures. */
export type SealKind = keyof typeof sealKinds;

/** The figure of a kind for its owner; `code` is a taxpayer's number on an invoice seal. */
export function sealOfKind(kind: SealKind, owner: { name: string; code?: string }): SealFigure {
  const { name, code } = owner;
  if (kind === 'representative') {
    return { shape: 'square', sideMm: sealKinds[kind].sideMm, text: name };
  }
  if (kind === 'invoice') {
    const { widthMm, heightMm, line } = sealKinds[kind];
    return { shape: 'oval', widthMm, heightMm, name, line, ...(code && { middle: code }) };
  }
  const { diameterMm, line } = sealKinds[kind];
  const lined = line === undefined ? {} : { line };
  return { shape: 'round', diameterMm, name, hasStar: true, ...lined, ...(code && { code }) };
}

/** The same figure, or pdf.seal_malformed with the member that no seal can have. */
export function checkedFigure(figure: SealFigure): SealFigure {
  const sides =
    figure.shape === 'round'
      ? [figure.diameterMm]
      : figure.shape === 'square'
        ? [figure.sideMm]
        : [figure.widthMm, figure.heightMm];
  if (!sides.every((side) => side >= sideMmMin && side <= sideMmMax)) throw malformed('size');
  if (figure.shape === 'square') {
    checkText('text', figure.text, { least: 1, most: squareLettersMax });
    return figure;
  }
  checkText('name', figure.name, { least: 1, most: nameLettersMax });
  checkText('line', figure.line ?? '', { least: 0, most: lineLettersMax });
  checkText('code', figure.code ?? '', { least: 0, most: codeLettersMax });
  if (figure.shape === 'oval') {
    checkText('middle', figure.middle ?? '', { least: 0, most: codeLettersMax });
  }
  return figure;
}

function checkText(member: string, text: string, range: { least: number; most: number }): void {
  // White space alone would be a seal of nobody.
  const letters = Array.from(text).length;
  if (Array.from(text.trim()).length < range.least || letters > range.most) throw malformed(member);
}

const members: Readonly<Record<SealFigure['shape'], readonly string[]>> = {
  round: ['shape', 'diameterMm', 'name', 'hasStar', 'line', 'code', 'ink'],
  oval: ['shape', 'widthMm', 'heightMm', 'name', 'middle', 'line', 'code', 'ink'],
  square: ['shape', 'sideMm', 'text', 'ink'],
};
const optional = new Set(['line', 'code', 'middle', 'ink']);

/** A figure from JSON that somebody wrote; anything else is pdf.seal_malformed. */
export function parseSealFigure(json: unknown): SealFigure {
  if (!isRecord(json)) throw malformed('object');
  const { shape } = json;
  if (shape !== 'round' && shape !== 'oval' && shape !== 'square') throw malformed('shape');
  const stray = Object.keys(json).find((key) => !members[shape].includes(key));
  if (stray !== undefined) throw malformed(stray);
  for (const key of members[shape]) {
    const value = json[key];
    if (value === undefined && optional.has(key)) continue;
    if (!isMember(key, value)) throw malformed(key);
  }
  return checkedFigure(json as unknown as SealFigure);
}

function isMember(key: string, value: unknown): boolean {
  if (key === 'hasStar') return typeof value === 'boolean';
  if (key === 'ink') return value === 'red' || value === 'blue';
  return key.endsWith('Mm') ? typeof value === 'number' : typeof value === 'string';
}

function isRecord(json: unknown): json is Record<string, unknown> {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function malformed(why: string): Fault {
  return new Fault('pdf.seal_malformed', { why });
}
