/** The signing page inside an institution's own app: its frames work, nobody else's do. */
import type { BrowserContext, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { Opened, Returned } from '../src/sdk/fubie.ts';
import type { Stage } from './harness/stage.ts';
import { stageOf, visitor } from './harness/visitor.ts';
import { sessionOf } from './operator-walk.ts';

const app = 'https://app.demo-credit-cooperative.example';
const stranger = 'https://app.elsewhere.example';
const refusal = '此页不能在其他网页中打开。This page does not open inside another page.';

interface Embedding {
  readonly Fubie: typeof import('../src/sdk/fubie.ts');
  told: unknown[];
  opened: Opened;
}

test('S1-19 S2-36 机构自己的应用嵌入签署页：登记过的来源能办、能停、能回，别人的打不开，小程序用跳转', async (context) => {
  const stage = stageOf(context);
  const visit = await visitor(stage, { device: 'narrow' });
  try {
    await inOwnFrame(await appPage(visit, stage, app), stage);
    await inStrangersFrame(await appPage(visit, stage, stranger), stage);
    const returned = await byRedirect(await appPage(visit, stage, app), stage);
    expect(returned).toEqual({ is: 'abandoned' });
  } finally {
    await visit.close();
  }
});

/** She comes with the app's ticket, begins, leaves to the app and finds everything again. */
async function inOwnFrame(page: Page, stage: Stage): Promise<void> {
  await openFrame(page, await ticketOf(stage));
  const inside = page.frameLocator('iframe');
  const heading = inside.getByRole('heading', { level: 1 });
  await heading.getByText('电子签名使用约定').waitFor();
  const press = (name: string) => inside.getByRole('button', { name }).click();
  await press('我接受，用电子签名办理');
  await inside.getByRole('radio', { name: '同意', exact: true }).first().waitFor();
  const asked = await heading.innerText();
  expect(await page.evaluate(overflow)).toBe(0);
  await press('菜单');
  await press('返回原来的应用');
  await page.locator('iframe').waitFor({ state: 'detached' });
  expect(await page.evaluate(() => (window as unknown as Embedding).told)).toEqual([
    'agreement',
    'consents',
    'abandoned',
  ]);
  // Opened again without a ticket: the device knows her case.
  await openFrame(page);
  await heading.getByText(asked).waitFor();
  await page.close();
}

/** The browser keeps a stranger's frame empty; without the server's policy the page does. */
async function inStrangersFrame(page: Page, stage: Stage): Promise<void> {
  await openFrame(page, await ticketOf(stage));
  const frame = page.frames().find((one) => one !== page.mainFrame());
  await expect.poll(() => frame?.url()).toMatch(/^chrome-error:/);
  await page.route(`${stage.url}/sign?**`, async (route) => {
    const answer = await route.fetch();
    const bare = { 'content-type': 'text/html; charset=utf-8' };
    await route.fulfill({ status: 200, headers: bare, body: await answer.body() });
  });
  await openFrame(page);
  await page.frameLocator('iframe >> nth=1').getByText(refusal).waitFor();
  expect(await page.evaluate(() => (window as unknown as Embedding).told)).toEqual([]);
  await page.close();
}

/** A web-view that shows one page at a time: out to the house, and back with how it went. */
async function byRedirect(page: Page, stage: Stage): Promise<Returned | undefined> {
  const redirect = `${app}/after?order=7`;
  await page.evaluate((order) => void (window as unknown as Embedding).Fubie.open(order), {
    redirect,
    ticket: await ticketOf(stage),
  });
  await page.getByRole('heading', { level: 1, name: '电子签名使用约定' }).waitFor();
  expect(new URL(page.url()).hash).toBe('');
  await page.getByRole('button', { name: '菜单' }).click();
  await page.getByRole('button', { name: '返回原来的应用' }).click();
  await page.waitForURL(`${redirect}&fubie=left`);
  const returned = await page.evaluate(() => (window as unknown as Embedding).Fubie.returned());
  await page.close();
  return returned;
}

/** A page of another server that has loaded our script from the house. */
async function appPage(visit: BrowserContext, stage: Stage, origin: string): Promise<Page> {
  const page = await visit.newPage();
  const failed: string[] = [];
  page.on('requestfailed', (one) => failed.push(`${one.url()} ${one.failure()?.errorText}`));
  const body = `<!doctype html><meta name="viewport" content="width=device-width">
    <style>body{margin:0}div{height:100vh}</style><div id="place"></div>
    <script src="${stage.url}/sdk/fubie.js"></script>`;
  await page.route(`${origin}/**`, (route) => route.fulfill({ contentType: 'text/html', body }));
  await page.goto(`${origin}/apply`);
  expect(failed).toEqual([]);
  await page.evaluate(() => {
    (window as unknown as Embedding).told = [];
  });
  return page;
}

async function openFrame(page: Page, ticket?: string): Promise<void> {
  await page.evaluate((given) => {
    const embedding = window as unknown as Embedding;
    const container = document.getElementById('place');
    if (container === null) throw new Error('the page has no place for it');
    embedding.opened = embedding.Fubie.open({
      container,
      ...(given === undefined ? {} : { ticket: given }),
      onStep: (step) => embedding.told.push(step),
      onAbandon: () => embedding.told.push('abandoned'),
    });
  }, ticket);
}

function overflow(): number {
  return document.documentElement.scrollWidth - innerWidth;
}

/** What the institution's server asks for: a case, and the secret that opens it once. */
async function ticketOf(stage: Stage): Promise<string> {
  const token = await sessionOf(stage, 'nanhu-clerk');
  const product = { product: 'rural-loan-demo' };
  return (await posted<{ secret: string }>(stage, '/v1/cases', product, token)).secret;
}

async function posted<T>(stage: Stage, path: string, body: object, token: string): Promise<T> {
  const answer = await fetch(stage.url + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}
