import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { look, type Screen, ways } from './harness/looks.ts';
import type { Stage } from './harness/stage.ts';
import { stageOf } from './harness/visitor.ts';

/** A loaded computer takes its time. */
const lookMsMax = 15 * 60_000;
const verifier = pathToFileURL(join(import.meta.dirname, '../dist/verifier.html')).href;

for (const way of ways) {
  test(`核验页的每一屏：${way}`, { timeout: lookMsMax }, async (context) => {
    const stage = stageOf(context);
    const taken = await look(
      stage,
      { page: 'judge', way, devices: ['desktop', 'narrow'] },
      screensOf(stage),
    );
    expect(taken.length).toBe(screensOf(stage).length * 2);
  });
}

function screensOf(stage: Stage): readonly Screen[] {
  const at = (name: string) => join(stage.loan, name);
  const open = async (page: Page, trusted = true) => {
    await page.goto(verifier);
    if (!trusted) return;
    await page.getByLabel(/ZIP/).setInputFiles(at('trust.zip'));
    await page.getByText(/^(由您在本设备上选择|Chosen by you)/).waitFor();
  };
  return [
    { name: 'empty', arrive: (page) => open(page, false) },
    { name: 'trusted', arrive: (page) => open(page) },
    {
      name: 'valid-package',
      arrive: async (page) => {
        await open(page);
        await judge(page, at('package.zip'));
      },
    },
    {
      name: 'print',
      arrive: async (page) => {
        await open(page);
        await judge(page, at('contract.pdf'));
        await page.emulateMedia({ media: 'print' });
      },
    },
    {
      name: 'without-trust',
      arrive: async (page) => {
        await open(page, false);
        await judge(page, at('contract.pdf'));
      },
    },
    {
      name: 'invalid',
      arrive: async (page) => {
        await open(page);
        const buffer = Buffer.from('%PDF-1.7\nnothing\n%%EOF\n');
        await judge(page, { name: 'broken.pdf', mimeType: 'application/pdf', buffer });
      },
    },
    {
      name: 'unknown',
      arrive: async (page) => {
        await open(page, false);
        const buffer = Buffer.from('你好');
        await judge(page, { name: 'letter.txt', mimeType: 'text/plain', buffer });
      },
    },
    {
      name: 'revisions',
      arrive: async (page) => {
        await open(page);
        await judge(page, at('contract.pdf'));
        await page.getByRole('button', { name: /^(打开对照|Compare)$/ }).click();
        await page.getByRole('status').filter({ hasText: /\d/ }).waitFor();
      },
    },
  ];
}

async function judge(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.getByLabel(/^(选择文件|Choose a file)$/).setInputFiles(file);
  await page.getByText(/核验结果全文|The whole answer/).waitFor();
}
