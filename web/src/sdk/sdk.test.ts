/** The institution's page and ours around a line of posted messages, as two windows have it. */
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type FramedWindow, type Host, hostAround, hostBehind, registeredIn } from './host.ts';

const house = 'https://sign.example';
const app = 'https://app.bank.example';
const stranger = 'https://evil.example';
const registered = registeredIn(`${app} https://m.bank.example`);
const ticket = 'T'.repeat(22);

type Hear = (event: { origin: string; source: unknown; data: unknown }) => void;

/** A window of an origin; what is posted to it arrives only where the origin is the one named. */
class FakeWindow {
  readonly hears: Hear[] = [];
  readonly origin: string;

  constructor(origin: string) {
    this.origin = origin;
  }

  /** What others hold of it: they post as themselves. */
  postFrom = (from: FakeWindow) => ({
    postMessage: (data: unknown, target: string): void => {
      if (target !== this.origin) return;
      for (const hear of this.hears) hear({ origin: from.origin, source: this.heldAs(from), data });
    },
  });

  readonly #held = new Map<FakeWindow, unknown>();
  /** The same object for the same window, as browsers hand it out. */
  heldAs(other: FakeWindow): unknown {
    const held = this.#held.get(other) ?? other.postFrom(this);
    this.#held.set(other, held);
    return held;
  }

  addEventListener = (_name: 'message', hear: Hear): void => void this.hears.push(hear);
  removeEventListener = (_name: 'message', hear: Hear): void => {
    const at = this.hears.indexOf(hear);
    if (at >= 0) this.hears.splice(at, 1);
  };
}

interface Frame {
  src: string;
  allow: string;
  title: string;
  contentWindow: unknown;
  referrerPolicy: string;
  style: { cssText: string };
  remove: () => void;
}

function framed(page: FakeWindow, around: FakeWindow, ancestors: readonly string[]): FramedWindow {
  const parent = page.heldAs(around) as FramedWindow['parent'];
  const { addEventListener } = page;
  return { parent, top: parent, location: { ancestorOrigins: ancestors }, addEventListener };
}

async function sdkIn(around: FakeWindow, page: FakeWindow) {
  const frame: Frame = {
    src: '',
    allow: '',
    title: '',
    referrerPolicy: '',
    style: { cssText: '' },
    contentWindow: around.heldAs(page),
    remove: vi.fn<() => void>(),
  };
  const went: string[] = [];
  vi.stubGlobal('document', {
    currentScript: { getAttribute: () => `${house}/sdk/fubie.js` },
    createElement: () => frame,
  });
  vi.stubGlobal('location', {
    href: `${around.origin}/apply`,
    assign: (to: string) => went.push(to),
  });
  vi.stubGlobal('window', around);
  vi.resetModules();
  return { sdk: await import('./fubie.ts'), frame, went };
}

const container = { append: () => undefined } as unknown as HTMLElement;

describe('an institution’s own page opens the signing page', () => {
  let around: FakeWindow;
  let page: FakeWindow;

  beforeEach(() => {
    around = new FakeWindow(app);
    page = new FakeWindow(house);
  });
  afterEach(() => vi.unstubAllGlobals());

  test('S1-19 S2-36 inside a registered page it gets its ticket once, and tells steps and the end once', async () => {
    const { sdk, frame } = await sdkIn(around, page);
    const told: unknown[] = [];
    sdk.open({
      container,
      ticket,
      onStep: (step) => told.push(step),
      onDone: (done) => told.push(done),
      onAbandon: () => told.push('abandoned'),
    });
    expect(frame.src).toBe(`${house}/sign?via=app`);
    expect(frame.allow).toBe(`camera ${house}; geolocation ${house}; screen-wake-lock ${house}`);
    const tickets: string[] = [];
    const load = (): Promise<Host> | undefined =>
      hostAround(framed(page, around, [app]), registered, (one) => tickets.push(one));
    const host = await load();
    expect(tickets).toEqual([ticket]);
    host?.tell({ is: 'step', step: 'application' });
    host?.tell({ is: 'done', number: 'FB1' });
    host?.tell({ is: 'done', number: 'FB1' });
    page.hears.length = 0;
    await load();
    expect(tickets).toEqual([ticket]);
    host?.leave();
    expect(frame.remove).toHaveBeenCalledOnce();
    expect(told).toEqual(['application', { number: 'FB1' }]);
  });

  test('she goes back before the end: the frame is taken away and the app is told', async () => {
    const { sdk, frame } = await sdkIn(around, page);
    const onAbandon = vi.fn<() => void>();
    sdk.open({ container, onAbandon });
    const host = await hostAround(framed(page, around, [app]), registered, () => undefined);
    host?.leave();
    expect(onAbandon).toHaveBeenCalledOnce();
    expect(frame.remove).toHaveBeenCalledOnce();
    expect(around.hears).toEqual([]);
  });

  test('S1-19 inside a stranger’s page, or beside one, it says nothing and takes nothing', async () => {
    const evil = new FakeWindow(stranger);
    const heard: unknown[] = [];
    evil.addEventListener('message', (event) => heard.push(event));
    const take = vi.fn<(ticket: string) => void>();
    expect(hostAround(framed(page, evil, [stranger]), registered, take)).toBeUndefined();
    expect(hostAround(framed(page, around, [app, stranger]), registered, take)).toBeUndefined();
    expect(hostAround(framed(page, around, [app]), [], take)).toBeUndefined();
    // A browser that names no ancestors: nobody may stand between, and only the right one is heard.
    const quiet = { ...framed(page, evil, []), location: {} };
    expect(hostAround({ ...quiet, top: {} }, registered, take)).toBeUndefined();
    void hostAround(quiet, registered, take);
    page.postFrom(evil).postMessage({ fubie: 1, is: 'open', ticket }, house);
    expect(heard).toEqual([]);
    expect(take).not.toHaveBeenCalled();
  });

  test('the app hears its own frame only, and only from the house', async () => {
    const { sdk } = await sdkIn(around, page);
    const onDone = vi.fn<() => void>();
    sdk.open({ container, onDone });
    const said = { fubie: 1, is: 'done', number: 'FB1' };
    for (const source of [around.heldAs(new FakeWindow(house)), around.heldAs(page)]) {
      const origin = source === around.heldAs(page) ? stranger : house;
      for (const hear of around.hears) hear({ origin, source, data: said });
    }
    expect(onDone).not.toHaveBeenCalled();
  });

  test('S1-19 in a mini-program she is led to the house and back, to registered origins only', async () => {
    const { sdk, went } = await sdkIn(around, page);
    const redirect = `${app}/after?order=7`;
    sdk.open({ redirect, ticket });
    const [address = ''] = went;
    expect(new URL(address).searchParams.get('back')).toBe(redirect);
    expect(new URL(address).hash).toBe(`#h.${ticket}`);
    const back: string[] = [];
    const host = hostBehind(address, registered, (to) => back.push(to));
    host?.leave();
    host?.tell({ is: 'step', step: 'contract' });
    host?.tell({ is: 'done', number: 'FB1' });
    host?.leave();
    expect(back.map((one) => sdk.returned(one))).toEqual([
      { is: 'abandoned' },
      { is: 'done', number: 'FB1' },
    ]);
    expect(back[0]).toContain('order=7');
    expect(sdk.returned(redirect)).toBeUndefined();
    const others = ['', 'javascript:alert(1)', stranger, `${app}.evil.example`, '//evil.example'];
    for (const other of others) {
      const led = `${house}/sign?back=${encodeURIComponent(other)}`;
      expect(
        hostBehind(led, registered, (to) => back.push(to)),
        other,
      ).toBeUndefined();
    }
  });

  test('what is no ticket and no address is refused before anything opens', async () => {
    const { sdk, went } = await sdkIn(around, page);
    expect(() => sdk.open({ redirect: `${app}/after`, ticket: '../x' })).toThrow(TypeError);
    expect(() => sdk.open({ redirect: 'after' })).toThrow(TypeError);
    expect(() => sdk.open({ container, house: 'sign.example' })).toThrow(TypeError);
    expect(went).toEqual([]);
  });
});
