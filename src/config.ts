/**
 * Turns the environment and a process's own file into typed settings: the only reader of
 * process.env.
 *
 * Secrets never come through the environment, for any process of the same user may read it in
 * /proc; they lie in files of mode 0600 in the folder of the process that needs them.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { Fault } from '#base/fault';

/** In production every simulator is refused; there is no third mode. */
export type Mode = 'demo' | 'production';

const portDefault = 8710;
const portMax = 65_535;

/** What a child process may know of this computer's environment; nothing here is a secret. */
const environmentPassed = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'NO_COLOR'] as const;

export interface StartSettings {
  readonly mode: Mode;
  /** Where all state lies. */
  readonly root: string;
  /** The API's port on 127.0.0.1; 0 takes a free one. */
  readonly port: number;
  /** An external PostgreSQL, named by its owner role; without it one is started here. */
  readonly databaseUrl: string | undefined;
  /** Also serves HTTPS to this computer's network, on the port after `port`. */
  readonly lan?: boolean;
}

export function readStartSettings(): StartSettings {
  const { FUBIE_MODE, FUBIE_VAR, FUBIE_PORT, DATABASE_URL } = process.env;
  return {
    mode: parseMode(FUBIE_MODE ?? 'demo'),
    root: FUBIE_VAR ?? 'var',
    port: parsePort(FUBIE_PORT),
    databaseUrl: DATABASE_URL === '' ? undefined : DATABASE_URL,
  };
}

export function childEnvironment(): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const name of environmentPassed) {
    const value = process.env[name];
    if (value !== undefined) passed[name] = value;
  }
  return passed;
}

/** The seed of a drill (`KILL_SEED`), so that what was seen once can be seen again. */
export function readDrillSeed(seedDefault: number): number {
  const { KILL_SEED } = process.env;
  return KILL_SEED === undefined || KILL_SEED === '' ? seedDefault : Number(KILL_SEED);
}

function parseMode(text: string): Mode {
  if (text === 'demo' || text === 'production') return text;
  throw new Fault('config.mode_unknown', { mode: text.slice(0, 40) });
}

function parsePort(text: string | undefined): number {
  if (text === undefined || text === '') return portDefault;
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > portMax) {
    throw new Fault('config.port_malformed', { port: text.slice(0, 40) });
  }
  return port;
}

/** The file `config.json` in a process's folder; provisioning writes it, the process reads it. */
export interface ProcessSettings {
  readonly v: 1;
  readonly mode: Mode;
  readonly name: string;
  /** This process's own folder: its keys, its secrets, its state. */
  readonly folder: string;
  /** This process's own socket. */
  readonly socket: string;
  /** The public trust folder a verifier is handed, too. */
  readonly trust: string;
  /** Where the other processes listen. */
  readonly sockets: Readonly<Record<string, string>>;
  /** Settings of this kind of process only, all of them texts. */
  readonly more: Readonly<Record<string, string>>;
}

export const processSettingsFile = 'config.json';

export function readProcessSettings(folder: string): ProcessSettings {
  const held: unknown = JSON.parse(readFileSync(join(folder, processSettingsFile), 'utf8'));
  if (!isProcessSettings(held)) throw new Fault('config.file_malformed', { folder });
  return { ...held, mode: parseMode(held.mode) };
}

function isProcessSettings(held: unknown): held is ProcessSettings {
  if (typeof held !== 'object' || held === null || !('v' in held) || held.v !== 1) return false;
  const texts = ['mode', 'name', 'folder', 'socket', 'trust'];
  const members = new Map(Object.entries(held));
  return (
    texts.every((name) => typeof members.get(name) === 'string') &&
    isTexts(members.get('sockets')) &&
    isTexts(members.get('more'))
  );
}

function isTexts(held: unknown): held is Readonly<Record<string, string>> {
  if (typeof held !== 'object' || held === null || Array.isArray(held)) return false;
  return Object.values(held).every((value) => typeof value === 'string');
}
