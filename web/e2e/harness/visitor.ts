/**
 * A person with a device in front of the pages: which device, how slow, how good its line.
 *
 * Tests find things by role and label only, as a person does.
 */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from 'playwright-core';
import { inject, type TestContext } from 'vitest';
import { noChromium } from './chromium.ts';
import { belowFloor } from './floor.ts';
import type { Stage } from './stage.ts';

/** The devices the pages are tried on. */
export const devices = {
  phone: {
    viewport: { width: 390, height: 844 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
  narrow: {
    viewport: { width: 360, height: 740 },
    deviceScaleFactor: 2,
    isMobile: true,
    hasTouch: true,
  },
  desktop: { viewport: { width: 1280, height: 900 } },
} as const satisfies Readonly<Record<string, BrowserContextOptions>>;

export type Device = keyof typeof devices;

/** How somebody comes. */
export interface Visit {
  readonly device?: Device;
  readonly language?: 'zh' | 'en';
  readonly elder?: boolean;
  readonly dark?: boolean;
  /** Deletes what Chromium 87 does not have. */
  readonly floor?: boolean;
  /** What the page may use without asking. */
  readonly permissions?: string[];
}

const bitsPerSecond = 1_000_000;
const roundTripMs = 60;
const slowerTimes = 6;

let browser: Promise<Browser> | undefined;

/** The stage, or an honest skip. */
export function stageOf(test: Pick<TestContext, 'skip'>): Stage {
  const stage = inject('stage');
  if (stage === undefined) return test.skip(noChromium);
  return stage;
}

/** A fresh device: nothing of an earlier visitor is on it. Close the context when done. */
export async function visitor(stage: Stage, visit: Visit = {}): Promise<BrowserContext> {
  browser ??= chromium.connect(stage.browser);
  const { device = 'desktop', language, elder, permissions = [] } = visit;
  const context = await (await browser).newContext({
    ...devices[device],
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    colorScheme: visit.dark === true ? 'dark' : 'light',
    permissions,
    acceptDownloads: true,
    // The floor's worker is started from text, which the page's policy rightly forbids.
    bypassCSP: visit.floor === true,
  });
  const kept = { language: language ?? 'zh', ...(elder === true ? { elder: 'yes' } : {}) };
  await context.addInitScript((choices: Record<string, string>) => {
    try {
      for (const [name, value] of Object.entries(choices)) {
        if (localStorage.getItem(`fubie.${name}`) === null)
          localStorage.setItem(`fubie.${name}`, value);
      }
    } catch {
      // A page without storage keeps its own choices.
    }
  }, kept);
  if (visit.floor === true) await context.addInitScript(belowFloor);
  return context;
}

/** A page on the floor's telephone: a processor six times slower, a line of 1 Mbit/s. */
export async function slowPage(context: BrowserContext): Promise<Page> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: slowerTimes });
  await cdp.send('Network.enable');
  await cdp.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: roundTripMs,
    downloadThroughput: bitsPerSecond / 8,
    uploadThroughput: bitsPerSecond / 8,
  });
  return page;
}

/**
 * Loses the answer of the next request that matches, after the house has done it: the line breaks
 * at the worst moment. Later requests pass.
 */
export async function loseNextAnswer(page: Page, path: RegExp): Promise<void> {
  let lost = false;
  await page.route(path, async (route) => {
    if (lost) return route.continue();
    lost = true;
    await route.fetch().catch(() => undefined);
    return route.abort('connectionreset');
  });
}

/** Cuts the line for a while, as in a lift. */
export async function cutLine(context: BrowserContext, ms: number): Promise<void> {
  await context.setOffline(true);
  await new Promise((resolve) => setTimeout(resolve, ms));
  await context.setOffline(false);
}
