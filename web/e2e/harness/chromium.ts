/** Debian's Chromium as a part of the tests: found on this computer or honestly missing. */
import { existsSync } from 'node:fs';
import { type BrowserServer, chromium } from 'playwright-core';
import { fontSettings } from './fonts.ts';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** A tested browser talks to the tested house only. */
const settings = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--no-first-run',
  '--no-pings',
  '--use-fake-device-for-media-stream',
  '--use-fake-ui-for-media-stream',
  '--force-color-profile=srgb',
  // Whoever embeds our page is on another computer; here the house is on this one.
  '--disable-features=LocalNetworkAccessChecks',
];

export const noChromium = `no Chromium at ${places.join(', ')}: apt-get install chromium`;

export async function startChromium(): Promise<BrowserServer | undefined> {
  const executablePath = places.find((place) => existsSync(place));
  if (executablePath === undefined) return undefined;
  const env = { ...process.env, FONTCONFIG_FILE: fontSettings() };
  return chromium.launchServer({ executablePath, args: settings, headless: true, env });
}
