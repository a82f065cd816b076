/** The kinds of seals that one can apply for, with their measures in millimetres. */
import type { components } from '../api/schema.d.ts';

export type Figure = components['schemas']['PostSealsBody']['figure'];

export const figureKinds = [
  'contract',
  'official',
  'finance',
  'invoice',
  'representative',
] as const;
export type FigureKind = (typeof figureKinds)[number];

/** What stands on a seal: its owner's name, and a number where it has one. */
export interface Inscription {
  readonly name: string;
  readonly code: string;
}

const officialMm = 40;
const financeMm = 38;
const invoiceMm = { wide: 40, high: 30 } as const;
const representativeMm = 20;

/** The measures are those of `sealKinds` in `src/formats/pdf/drawing/seal-figures.ts`. */
export function figureOf(kind: FigureKind, { name, code }: Inscription): Figure {
  const owner = name.trim();
  const number = code.trim() === '' ? {} : { code: code.trim() };
  const round = { shape: 'round', name: owner, hasStar: true, ...number } as const;
  switch (kind) {
    case 'official':
      return { ...round, diameterMm: officialMm };
    case 'contract':
      return { ...round, diameterMm: officialMm, line: '合同专用章' };
    case 'finance':
      return { ...round, diameterMm: financeMm, line: '财务专用章' };
    case 'invoice':
      return {
        shape: 'oval',
        widthMm: invoiceMm.wide,
        heightMm: invoiceMm.high,
        name: owner,
        middle: code.trim(),
        line: '发票专用章',
      };
    case 'representative':
      return { shape: 'square', sideMm: representativeMm, text: owner };
  }
}
