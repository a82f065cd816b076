import { type PDFDocument as Cantoo, PDFDocument } from '@cantoo/pdf-lib';
import { PDF } from '@libpdf/core';
import { beforeAll, describe, expect, test } from 'vitest';
import { nodeEngine } from '#adapters/engine';
import { readPdf } from './file/open.ts';
import { judgeChanges } from './revisions/changes.ts';
import { signedRich } from './signatures/rich.fixture.ts';
import { readSignatures } from './signatures/signatures.ts';

let signed: Uint8Array;
beforeAll(async () => {
  signed = await signedRich(nodeEngine);
});

async function judged(bytes: Uint8Array): Promise<string> {
  const file = await readPdf(bytes, nodeEngine);
  const signatures = readSignatures(file);
  const [change] = await judgeChanges(file, signatures, nodeEngine);
  return signatures.length === 1 ? (change?.is ?? 'unanswered') : 'signature gone';
}

describe('a later revision by @cantoo/pdf-lib', () => {
  test.each<[string, (document: Cantoo) => unknown, string]>([
    ['with nothing new', () => undefined, 'permitted'],
    ['with another title', (one) => one.setTitle('Other'), 'permitted'],
    ['with a remark', (one) => one.getForm().getTextField('remark').setText('good'), 'permitted'],
    [
      'with another amount',
      (one) => one.getForm().getTextField('amount').setText('9'),
      'forbidden',
    ],
    ['with a text', (one) => one.getPage(0).drawText('9000', { x: 50, y: 500 }), 'forbidden'],
    ['with a page more', (one) => one.addPage(), 'forbidden'],
    ['with a page less', (one) => one.removePage(1), 'forbidden'],
    ['with an attached file', (one) => one.attach(new Uint8Array(3), 'x.txt'), 'forbidden'],
  ])('%s', async (_, change, is) => {
    const document = await PDFDocument.load(signed, { forIncrementalUpdate: true });
    await change(document);
    expect(await judged(await document.save())).toBe(is);
  });
});

describe('a later revision by @libpdf/core', () => {
  test.each<[string, (document: PDF) => unknown, string]>([
    ['with nothing new', () => undefined, 'none'],
    [
      'with a remark',
      (one) => one.getForm()?.getTextField('remark')?.setValue('good'),
      'permitted',
    ],
    [
      'with another amount',
      (one) => one.getForm()?.getTextField('amount')?.setValue('9'),
      'forbidden',
    ],
    ['with a text', (one) => one.getPage(0)?.drawText('9000', { x: 50, y: 500 }), 'forbidden'],
    ['with a page more', (one) => one.addPage(), 'forbidden'],
    ['with a page less', (one) => one.removePage(1), 'forbidden'],
    ['with nothing left to fill in', (one) => one.getForm()?.flatten(), 'signature gone'],
  ])('%s', async (_, change, is) => {
    const document = await PDF.load(signed);
    await change(document);
    expect(await judged(await document.save({ incremental: true }))).toBe(is);
  });
});
