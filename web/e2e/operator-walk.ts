/** A member of staff before the desk: finds things by role and label only, as he does. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Stage } from './harness/stage.ts';
import type { Hand } from './signer-walk.ts';

interface DemoLogin {
  readonly tenant: string;
  readonly login: string;
  readonly password: string;
}

const waitMsMax = 20_000;

export class OperatorWalk {
  readonly page: Page;
  readonly #stage: Stage;

  constructor(page: Page, stage: Stage) {
    this.page = page;
    this.#stage = stage;
    page.setDefaultTimeout(waitMsMax);
  }

  heading = (name: string | RegExp) => this.page.getByRole('heading', { level: 1, name });

  async to(path: string): Promise<void> {
    await this.page.goto(`${this.#stage.url}/desk#${path}`);
  }

  /** A screen by its address, once nothing on it is on its way any more. */
  async arrive(path: string): Promise<void> {
    await this.to(path);
    await this.heading(/./).waitFor();
    await this.page.getByRole('navigation').first().getByRole('link').first().waitFor();
    const loading = this.page.getByText(/^(正在读取…|Loading…)$/);
    while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
  }

  async logIn(who: string): Promise<void> {
    await this.to('/');
    await this.give(who, passwordOf(this.#stage, who));
    await this.page.getByRole('button', { name: /退出登录|Log out/ }).waitFor();
  }

  /** With the session of an earlier login: the form is one test's story and costs a password hash. */
  async comeIn(who: string): Promise<void> {
    const token = await sessionOf(this.#stage, who);
    await this.page.addInitScript(
      (held) => sessionStorage.setItem('fubie.desk.session', held),
      token,
    );
    await this.to('/');
    await this.page.getByRole('button', { name: /退出登录|Log out/ }).waitFor();
  }

  /** The same by another hand, such as a keyboard. */
  async logInBy(hand: Hand, who: string): Promise<void> {
    await this.to('/');
    await hand.fill(this.page.getByLabel('账号'), who);
    await hand.fill(this.page.getByLabel('密码'), passwordOf(this.#stage, who));
    await hand.press(this.page.getByRole('button', { name: '登录', exact: true }));
    await this.page.getByRole('button', { name: '退出登录' }).waitFor();
  }

  /** Why somebody wants to see something; then he sees it. */
  async say({ purpose, why }: { readonly purpose: string; readonly why: string }): Promise<void> {
    await this.page.getByLabel('用途').selectOption(purpose);
    await this.page.getByLabel('理由').fill(why);
    await this.page.getByRole('button', { name: '查看', exact: true }).click();
  }

  async give(who: string, password: string): Promise<void> {
    await this.page.getByLabel(/账号|Account/).fill(who);
    await this.page.getByLabel(/密码|Password/).fill(password);
    await this.page.getByRole('button', { name: /^(登录|Log in)$/ }).click();
  }

  /** A section by its word in the head of the desk; done when its heading stands. */
  async section(name: string, heading: string | RegExp = name): Promise<void> {
    await this.page.getByRole('link', { name, exact: true }).click();
    await this.heading(heading).waitFor();
  }

  /** The first case that is paid out: the story's loan or one of its kind. */
  async openPaidCase(): Promise<string> {
    await this.to('/');
    await this.page.getByLabel(/^(状态|State)$/).selectOption('disbursed');
    // The oldest: younger ones are other tests', and nobody may have asked for their packages yet.
    const row = this.page.getByRole('row', { name: /已放款|disbursed/i }).last();
    const number = await row.getByRole('link').innerText();
    // By its number and by key: the list may be told anew between two looks at its last row, and
    // rows that move between a button's way down and up take the click to another place.
    await this.page.getByRole('link', { name: number, exact: true }).press('Enter');
    await this.heading(number).waitFor();
    await this.page.getByRole('heading', { name: /^(时间线|Timeline)$/ }).waitFor();
    await this.page
      .getByText(/^(案件封存|Case sealed)$/i)
      .first()
      .waitFor();
    return number;
  }

  /** A block that has one before it, with its signatures and continuity judged. */
  async openBlock(): Promise<void> {
    await this.to('/log');
    await this.page
      .getByRole('link', { name: /^(区块|Block) \d+$/ })
      .nth(1)
      .click();
    await this.page.getByText(/与前一区块相连|Continues the block/).waitFor();
    await this.page
      .getByRole('cell')
      .getByText(/^✓?(有效|Valid)$/)
      .first()
      .waitFor();
  }
}

const sessions = new Map<string, Promise<string>>();

/** The token of who is logged in; one login for all who ask. */
export function sessionOf(stage: Stage, who: string): Promise<string> {
  const held = sessions.get(who) ?? loggedIn(stage, who);
  sessions.set(who, held);
  return held;
}

async function loggedIn(stage: Stage, login: string): Promise<string> {
  const answer = await fetch(`${stage.url}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login, password: passwordOf(stage, login) }),
  });
  const { token } = (await answer.json()) as { token?: string };
  if (token === undefined) throw new Error(`${login} is not let in: ${answer.status}`);
  return token;
}

/** Of a demo's member of staff at the cooperative. */
export function passwordOf(stage: Stage, who: string): string {
  const logins = JSON.parse(
    readFileSync(join(stage.root, 'logins.json'), 'utf8'),
  ) as readonly DemoLogin[];
  const known = logins.find(
    ({ login, tenant }) => login === who && tenant === 'demo-credit-cooperative',
  );
  if (known === undefined) throw new Error(`no demo login ${who}`);
  return known.password;
}
