/** A judge with one file from a disk: no server, no network, and the same verdict as `fubie verify`. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { BrowserContext, Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { nodeEngine } from '../../src/adapters/engine/index.ts';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { type Report, type TrustFiles, verify } from '../../src/trust/verify/index.ts';
import { axeFindings } from './harness/axe.ts';
import { type Mutant, mutants } from './harness/mutants.ts';
import type { Stage } from './harness/stage.ts';
import { stageOf, type Visit, visitor } from './harness/visitor.ts';

const seed = 20_261_122;
/** A contract is judged in a tenth of a package's time; together fifty. */
const mutantsOf = { 'package.zip': 4, 'contract.pdf': 46 };
const verifier = pathToFileURL(join(import.meta.dirname, '../dist/verifier.html')).href;
const program = join(import.meta.dirname, '../../bin/fubie');
/** Fifty answers in words; each lists its flaws. */
const answersBytesMax = 64 * 1024 * 1024;
const lookedUp = {
  number: 'FB202611220000000001',
  institution: '示例县农村信用合作联社',
  standing: 'signed',
  phrase: ['山', '水', '木', '石', '云', '月'],
  checkpoint: null,
  package: null,
};
const tooLargeBytes = 64 * 1024 * 1024 + 1;

interface Opened {
  readonly page: Page;
  readonly visit: BrowserContext;
  /** Addresses the page asked for, beside itself. */
  readonly asked: readonly string[];
}

describe('核验页：一个文件，离线', () => {
  test('断网打开，证据包有效，依据、推定、缺少各在其位，没有发出一个请求', async (context) => {
    const stage = stageOf(context);
    await opened(stage, {}, async ({ page, asked }) => {
      await giveTrust(page, stage);
      const json = await judged(page, 'package.zip', fileOf(stage, 'package.zip'));
      const report = await inNode(stage, 'package.zip', fileOf(stage, 'package.zip'));
      expect(json).toEqual(report);
      expect(report.is).toBe('valid');
      await seen(page.getByRole('heading', { name: /^有效/ }));
      for (const name of ['已经证明', '仅凭推定', '缺少', '谁在见证，谁的时钟', '签名']) {
        await seen(page.getByRole('heading', { name, exact: true }));
      }
      expect(asked).toEqual([]);
      expect(await axeFindings(page)).toEqual([]);
    });
  });

  test(`S1-18 改动过的五十份：每一份都指出问题和位置，与命令行 fubie verify 逐字相同，种子 ${seed}`, async (context) => {
    const stage = stageOf(context);
    await opened(stage, {}, async ({ page }) => {
      await giveTrust(page, stage);
      const damaged = fiftyOf(stage);
      // The program judges all of them on a processor of its own while the page does.
      const [told, answers] = await Promise.all([
        eachOnPage(page, damaged),
        fubieVerify(stage, damaged),
      ]);
      expect(told.length).toBe(50);
      for (const [at, { what }] of damaged.entries()) expect(told[at], what).toEqual(answers[at]);
    });
  });

  test('各种状态都说得清楚，英文、大字、深色、窄屏也一样，没有无障碍问题', async (context) => {
    const stage = stageOf(context);
    const visits: readonly Visit[] = [
      { device: 'narrow', dark: true },
      { device: 'phone', elder: true },
      { language: 'en' },
    ];
    for (const visit of visits) {
      await expect(
        opened(stage, visit, async ({ page }) => {
          await expectClean(page);
          await judged(page, 'contract.pdf', fileOf(stage, 'contract.pdf'));
          await seen(page.getByRole('heading', { name: /^(无效|不能确定|Invalid|Indeterminate)/ }));
          await expectClean(page);
          await again(page);
          await judged(page, 'letter.txt', new TextEncoder().encode('你好'));
          await seen(
            page.getByRole('heading', { name: /不是本页认识的文件|Not a file this page knows/ }),
          );
          await expectClean(page);
        }),
      ).resolves.toBeUndefined();
    }
  });

  test('一页之内：只用键盘选文件，焦点看得见；结果打印成 A4 没有按钮；超过限度的不读；回执不属实，说出来', async (context) => {
    const stage = stageOf(context);
    await opened(stage, {}, async ({ page }) => {
      expect(await reached(page, 9)).toContain('选择文件');
      await judged(page, 'contract.pdf', fileOf(stage, 'contract.pdf'));
      const names = await reached(page, 8);
      expect(names).toEqual(expect.arrayContaining(['核验另一份文件', '打印', '打开对照']));
      await page.emulateMedia({ media: 'print' });
      expect(await page.getByRole('button', { name: '打印' }).isVisible()).toBe(false);
      expect(await page.getByRole('heading', { name: /^(无效|不能确定)/ }).isVisible()).toBe(true);
      expect((await page.pdf({ preferCSSPageSize: true })).subarray(0, 5).toString()).toBe('%PDF-');
      await page.emulateMedia({ media: 'screen' });
      await again(page);
      await handTooMuch(page);
      await withWrongReceipt(page, stage);
    });
  });

  test('Chromium 87 没有的都拿走：照样核验，照样并排显示两个版本和差别', async (context) => {
    const stage = stageOf(context);
    await expect(
      opened(stage, { floor: true }, async ({ page }) => {
        await giveTrust(page, stage);
        await judged(page, 'contract.pdf', fileOf(stage, 'contract.pdf'));
        // It opens at the page where something is to be seen.
        await page.getByRole('button', { name: '打开对照' }).click();
        await seen(page.getByRole('status').filter({ hasText: /本页有 \d+ 处看得见的差别/ }));
        await seen(page.getByRole('heading', { name: '核验程序看到的改动' }));
        const changes = page.getByRole('list').filter({ hasText: /对象 \d+：/ });
        await seen(changes.getByText('允许', { exact: true }).first());
        expect(await changes.getByText('不允许', { exact: true }).count()).toBe(0);
      }),
    ).resolves.toBeUndefined();
  });

  test('扫码打开机构的核验页：号码与密码不留在地址里，文件不上传，比对是不是同一份', async (context) => {
    const stage = stageOf(context);
    const contract = fileOf(stage, 'contract.pdf');
    // What both signed is the beginning of what the holder downloads years later.
    const bytes = contract.length - 100;
    const sha256 = createHash('sha256').update(contract.subarray(0, bytes)).digest('hex');
    const { phrase } = lookedUp;
    const visit = await visitor(stage);
    try {
      const page = await visit.newPage();
      const sent: string[] = [];
      page.on('request', (request) => {
        if (request.method() !== 'GET') sent.push(`${request.url()} ${request.postData() ?? ''}`);
      });
      await page.route('**/v1/lookups', (route) =>
        route.fulfill({ json: { ...lookedUp, contract: { sha256, bytes, phrase } } }),
      );
      await page.goto(`${stage.url}/verify#n=${lookedUp.number}&s=secret-half`);
      await seen(page.getByText('核对短语'));
      expect(page.url()).toBe(`${stage.url}/verify`);
      await seen(page.getByText('随本页由出具本页的机构提供', { exact: false }));
      const report = (await judged(page, 'contract.pdf', contract)) as Report;
      expect(report.is).toBe('valid');
      await seen(page.getByText('双方签署的那份合同，一字不差', { exact: false }));
      const asked = JSON.stringify({ number: lookedUp.number, secret: 'secret-half' });
      expect(sent).toEqual([`${stage.url}/v1/lookups ${asked}`]);
      expect(await axeFindings(page)).toEqual([]);
      const begun = Buffer.concat([contract, Buffer.from('1 0 obj null endobj')]);
      const files = { begun, other: Buffer.from(contract).fill(0, 900, 901) };
      const said = { begun: '不能当作那一份', other: '没有这个保全号所记录的合同' };
      for (const name of ['begun', 'other'] as const) {
        await again(page);
        expect(((await judged(page, `${name}.pdf`, files[name])) as Report).is).toBe('invalid');
        await seen(page.getByRole('alert').filter({ hasText: said[name] }));
        expect(await page.getByText('一字不差', { exact: false }).count()).toBe(0);
      }
    } finally {
      await visit.close();
    }
  });

  test('嵌在别人的网页里，什么也不给看', async (context) => {
    const stage = stageOf(context);
    const visit = await visitor(stage);
    try {
      const page = await visit.newPage();
      await page.goto(pathToFileURL(stage.loan).href);
      await page.setContent(`<iframe title="other" src="${verifier}"></iframe>`);
      const framed = page.frameLocator('iframe');
      await seen(framed.getByText('此页不能在其他网页中打开', { exact: false }));
      expect(await framed.getByRole('button').count()).toBe(0);
    } finally {
      await visit.close();
    }
  });
});

/** Made inside the page: nobody sends 64 MiB through a test's line. */
async function handTooMuch(page: Page): Promise<void> {
  await page.getByLabel('选择文件', { exact: true }).evaluate((input, bytes) => {
    const files = new DataTransfer();
    files.items.add(new File([new Uint8Array(bytes)], 'large.pdf'));
    (input as HTMLInputElement).files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  }, tooLargeBytes);
  await seen(page.getByRole('heading', { name: '文件过大，没有核验' }));
}

async function withWrongReceipt(page: Page, stage: Stage): Promise<void> {
  await giveTrust(page, stage);
  const receipt = new TextEncoder().encode('{"receipts":[{"by":"ca"}]}');
  await page.getByText('更多选项').click();
  await page.getByLabel('签名人手机上的回执（可不填）').setInputFiles({
    name: 'receipts.json',
    mimeType: 'application/json',
    buffer: Buffer.from(receipt),
  });
  const bytes = fileOf(stage, 'contract.pdf');
  const json = await judged(page, 'contract.pdf', bytes);
  trust ??= trustFiles(join(stage.loan, 'trust'));
  const order = { name: 'contract.pdf', bytes, trust: await trust, receipt };
  expect(json).toEqual(await verify(order, nodeEngine));
  expect((json as Report).flaws.map(({ code }) => code)).toContain('receipt_wrong');
}

async function opened(
  stage: Stage,
  visit: Visit,
  story: (opened: Opened) => Promise<void>,
): Promise<void> {
  const context = await visitor(stage, visit);
  try {
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith('blob:') && request.url() !== verifier)
        asked.push(request.url());
    });
    await page.goto(verifier);
    await context.setOffline(true);
    await story({ page, visit: context, asked });
  } finally {
    await context.close();
  }
}

async function giveTrust(page: Page, stage: Stage): Promise<void> {
  await page.getByLabel('选择信任材料 ZIP').setInputFiles(join(stage.loan, 'trust.zip'));
  await seen(page.getByText('由您在本设备上选择。'));
}

/** The answer as the page would have it copied. */
async function judged(page: Page, name: string, bytes: Uint8Array): Promise<unknown> {
  const buffer = Buffer.from(bytes);
  const mimeType = 'application/octet-stream';
  await page.getByLabel(/^(选择文件|Choose a file)$/).setInputFiles({ name, mimeType, buffer });
  const answer = page.getByRole('group').filter({ hasText: /核验结果全文|The whole answer/ });
  await answer.waitFor({ timeout: 30_000 });
  return JSON.parse((await answer.locator('pre').textContent()) ?? '');
}

async function again(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(核验另一份文件|Check another file)$/ }).click();
}

/** A damaged twin as it lies on a disk. */
interface Damaged extends Mutant {
  readonly name: string;
}

/** Twins of the package and of the contract, each under a name of its own. */
function fiftyOf(stage: Stage): readonly Damaged[] {
  return Object.entries(mutantsOf).flatMap(([name, count]) =>
    mutants(fileOf(stage, name), count, seed).map((one, at) => ({ ...one, name: `${at}-${name}` })),
  );
}

/** What the page answers to each: refused, with the place of the flaw in sight. */
async function eachOnPage(page: Page, damaged: readonly Damaged[]): Promise<readonly Report[]> {
  const told: Report[] = [];
  for (const { name, bytes, what } of damaged) {
    const said = (await judged(page, name, bytes)) as Report;
    expect(said.is, what).toBe('invalid');
    const place = said.flaws.find(({ code }) => code === said.because)?.part ?? '';
    expect(place, what).not.toBe('');
    await seen(page.getByText(`位置：${place}`, { exact: true }));
    await again(page);
    told.push(said);
  }
  return told;
}

/** What the program itself answers, one process for all: a line for each file. */
async function fubieVerify(stage: Stage, damaged: readonly Damaged[]): Promise<readonly unknown[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-mutants-'));
  try {
    for (const { name, bytes } of damaged) writeFileSync(join(folder, name), bytes);
    const files = damaged.map(({ name }) => name);
    const args = ['verify', ...files, '--trust', join(stage.loan, 'trust'), '--json'];
    const printed = await new Promise<string>((resolve, reject) => {
      const settings = { cwd: folder, maxBuffer: answersBytesMax };
      execFile(program, args, settings, (stopped, stdout) => {
        // 1 is its answer, for all of them are invalid; anything else is no answer.
        if (stopped?.code === 1) resolve(stdout);
        else reject(stopped ?? new Error('fubie verify found nothing invalid'));
      });
    });
    const lines = printed.trimEnd().split('\n');
    return lines.map((line): unknown => JSON.parse(line));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

let trust: Promise<TrustFiles> | undefined;

async function inNode(stage: Stage, name: string, bytes: Uint8Array): Promise<Report> {
  trust ??= trustFiles(join(stage.loan, 'trust'));
  return verify({ name, bytes, trust: await trust }, nodeEngine);
}

/** No finding of axe, and nothing to scroll sideways for. */
async function expectClean(page: Page): Promise<void> {
  expect(await axeFindings(page)).toEqual([]);
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBe(0);
}

/** The names of what `times` presses of Tab arrive at; each must be seen to have the focus. */
async function reached(page: Page, times: number): Promise<readonly string[]> {
  const names: string[] = [];
  for (let press = 0; press < times; press += 1) {
    await page.keyboard.press('Tab');
    const on = await page.evaluate(() => {
      const element = document.activeElement;
      const shown = element?.closest('label') ?? element;
      const style = shown === null || shown === undefined ? undefined : getComputedStyle(shown);
      const hasOutline = style !== undefined && style.outlineStyle !== 'none';
      return {
        name: shown?.textContent?.trim() ?? '',
        seen: hasOutline || element === document.body,
      };
    });
    expect(on.seen, `${on.name} has a visible focus`).toBe(true);
    names.push(on.name);
  }
  return names;
}

async function seen(what: { waitFor(options: { timeout: number }): Promise<void> }): Promise<void> {
  await what.waitFor({ timeout: 20_000 });
}

function fileOf(stage: Stage, name: string): Uint8Array {
  return new Uint8Array(readFileSync(join(stage.loan, name)));
}
