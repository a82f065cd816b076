/**
 * A borrower before the signer's page: finds things by role and label only, as she does.
 *
 * Each step waits for the screen it is about by its heading, so that a walk can be broken off after
 * any step and gone on with in another tab, on another device or after a cut.
 */
import type { Locator, Page } from 'playwright-core';
import { readHandset } from '../../src/adapters/gateways/index.ts';
import { call } from '../../src/adapters/wire/index.ts';
import type { Handset } from '../../src/main/estate/sim.ts';
import type { Person } from '../../test/journeys/people.ts';

/** How she works the page: a finger by default, a keyboard where a test says so. */
export interface Hand {
  press(what: Locator): Promise<void>;
  check(what: Locator): Promise<void>;
  fill(what: Locator, text: string): Promise<void>;
}

const finger: Hand = {
  press: (what) => what.click(),
  check: (what) => what.check(),
  fill: (what, text) => what.fill(text),
};

export interface WalkParts {
  readonly page: Page;
  /** The origin of the house. */
  readonly url: string;
  readonly person: Person;
  /** Her own telephone: where the code arrives. */
  readonly sim: Handset;
  /** Told after each screen; a walk of screenshots or of axe listens here. */
  readonly onScreen?: (name: string) => Promise<void>;
  readonly hand?: Hand;
}

const password = '246810';
const waitMsMax = 60_000;

export class SignerWalk {
  readonly #parts: WalkParts;
  readonly #hand: Hand;

  constructor(parts: WalkParts) {
    this.#parts = parts;
    this.#hand = parts.hand ?? finger;
    parts.page.setDefaultTimeout(waitMsMax);
  }

  get page(): Page {
    return this.#parts.page;
  }

  get url(): string {
    return this.#parts.url;
  }

  heading(name: string | RegExp) {
    return this.page.getByRole('heading', { level: 1, name });
  }

  async on(name: string | RegExp, screen: string): Promise<void> {
    await this.heading(name).waitFor();
    await this.#parts.onScreen?.(screen);
  }

  /** Who sees a button turning waits: until it stands still, a press does nothing. */
  async press(name: string | RegExp): Promise<void> {
    const button = this.page.getByRole('button', { name });
    await button.and(this.page.locator(':not([aria-busy])')).waitFor();
    await this.#hand.press(button);
  }

  type(label: string | RegExp, text: string): Promise<void> {
    return this.#hand.fill(this.page.getByRole('textbox', { name: label }), text);
  }

  choose(name: string | RegExp): Promise<void> {
    return this.#hand.check(this.page.getByRole('radio', { name }));
  }

  async open(): Promise<void> {
    await this.page.goto(`${this.#parts.url}/sign`);
    await this.on('在手机上办理借款合同', 'begin');
    await this.choose(/农户小额信用借款（演示）/);
    await this.press('开始办理');
  }

  async agree(): Promise<void> {
    await this.on('电子签名使用约定', 'agreement');
    await this.press('我接受，用电子签名办理');
  }

  /** Says yes to what is asked, screen after screen, until the next step's heading is there. */
  async consent(next: string | RegExp): Promise<void> {
    await this.#decide(next, () => '同意');
  }

  /** Says no to the first that is asked and yes to the others. */
  async refuseFirst(next: string | RegExp): Promise<void> {
    await this.#decide(next, (screen) => (screen === 1 ? '不同意' : '同意'));
  }

  async #decide(next: string | RegExp, answer: (screen: number) => string): Promise<void> {
    const atOnce = this.page.getByRole('button', { name: '同意授权并继续' });
    for (let screen = 1; ; screen += 1) {
      const options = this.page.getByRole('radio', { name: answer(screen), exact: true });
      await options.first().or(atOnce).or(this.heading(next)).first().waitFor();
      if (await this.heading(next).isVisible()) return;
      if (await atOnce.isVisible()) {
        const asked = await this.heading(/./).innerText();
        await this.#parts.onScreen?.(`camera-consent-${screen}`);
        await this.#hand.press(atOnce);
        await this.page.waitForFunction(
          (text) => document.querySelector('h1')?.innerText !== text,
          asked,
        );
        continue;
      }
      await this.#parts.onScreen?.(`consents-${screen}`);
      const group = this.page.getByRole('group').first();
      const before = await group.innerText();
      for (const option of await options.all()) await this.#hand.check(option);
      await this.press('下一步');
      await this.page.waitForFunction(
        (text) => document.querySelector('fieldset')?.innerText !== text,
        before,
      );
    }
  }

  async apply(): Promise<void> {
    const { person } = this.#parts;
    await this.on('您的姓名和身份证号', 'who');
    await this.type('姓名', person.name);
    await this.type('身份证号', person.idNumber);
    await this.press('下一步');
    await this.on('怎样联系您', 'reach');
    await this.type('手机号', person.phone);
    await this.type('住址', person.address);
    await this.press('下一步');
    await this.on('收款的银行卡', 'account');
    await this.type('银行卡号', person.card);
    await this.press('下一步');
    await this.on('借多少，借多久', 'loan');
    await this.type('借款金额（元）', '5,000');
    await this.choose('12 个月');
    await this.choose(/农业生产资料/);
    await this.press('下一步');
    await this.on('请核对，再提交', 'review');
    await this.press('核对无误，提交申请');
  }

  async passPhotos(): Promise<void> {
    await this.on('要拍几张照片吗？', 'photos');
    await this.press('不拍，继续');
  }

  /** From the overview of a set to its last page; ends where she signs or confirms. */
  async read(titles: readonly (string | RegExp)[], overview: string | RegExp): Promise<void> {
    await this.on(overview, 'reading-set');
    await this.press(/^(开始阅读|接着读)$/);
    for (const title of titles) await this.readOne(title);
  }

  async readOne(title: string | RegExp): Promise<void> {
    await this.on(title, 'reader');
    const next = this.page.getByRole('button', { name: '下一页' });
    const done = this.page.getByRole('button', { name: '读完了，继续' });
    await this.page.getByRole('region', { name: /^本页文字/ }).waitFor();
    while ((await next.getAttribute('aria-disabled')) !== 'true') await this.#hand.press(next);
    await this.#hand.press(done);
  }

  async confirmClauses(next: string | RegExp): Promise<void> {
    const yes = this.page.getByRole('button', { name: '我看明白了，确认' });
    for (;;) {
      await yes.or(this.heading(next)).first().waitFor();
      if (await this.heading(next).isVisible()) return;
      const before = await this.heading(/./).innerText();
      await this.#parts.onScreen?.('clause');
      await this.#hand.press(yes);
      await this.page.waitForFunction(
        (heading) => document.querySelector('h1')?.textContent !== heading,
        before,
      );
    }
  }

  async askCode(): Promise<void> {
    await this.on('准备签名', 'sign-ask');
    await this.press('发送验证码');
    await this.on('输入短信验证码', 'sign-code');
  }

  /** The newest message on her own telephone. */
  async message(): Promise<string> {
    const { sim } = this.#parts;
    const messages = await readHandset((question) => call(sim.socket, question), sim);
    return messages.findLast(({ text }) => text.includes('验证码'))?.text ?? '';
  }

  async enterCode(text: string): Promise<void> {
    await this.type('六位验证码', text);
    await this.press('确认并签名');
  }

  async sign(): Promise<void> {
    await this.askCode();
    await this.enterCode(await this.message());
  }

  async confirm(heading: string): Promise<void> {
    await this.on(heading, 'confirm');
    await this.press('数字无误，我确认');
  }

  async authorise(): Promise<void> {
    await this.passPhotos();
    await this.read([/授权书/, /征信/], /请阅读 2 份文件/);
    await this.sign();
  }

  async conclude(): Promise<void> {
    await this.read([/综合融资成本/], /请阅读《.*综合融资成本/);
    await this.confirm('确认全部费用');
    await this.read([/借款合同/], /请阅读《.*借款合同/);
    await this.confirmClauses('准备签名');
    await this.sign();
    await this.read([/借据/], /请阅读《.*借据/);
    await this.confirm('确认借据');
  }

  async pay(): Promise<void> {
    await this.on('确认放款', 'payment');
    await this.page.getByLabel('六位支付密码').fill(password);
    await this.press('确认放款');
    await this.on('办好了，钱已放出', 'done');
  }

  async whole(): Promise<void> {
    await this.open();
    await this.agree();
    await this.consent('您的姓名和身份证号');
    await this.apply();
    await this.authorise();
    await this.conclude();
    await this.pay();
  }
}
