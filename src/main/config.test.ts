/** Settings are read strictly: a mistake stops the start and is not read as something else. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { faultCode } from '#base/fault';

import { childEnvironment, readProcessSettings, readStartSettings } from '../config.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
    return 'nothing was refused';
  } catch (thrown) {
    return faultCode(thrown);
  }
}

test('没有设置时是演示模式、本机目录、内置数据库', () => {
  for (const name of ['FUBIE_MODE', 'FUBIE_VAR', 'FUBIE_PORT', 'DATABASE_URL']) {
    vi.stubEnv(name, undefined);
  }
  expect(readStartSettings()).toEqual({
    mode: 'demo',
    root: 'var',
    port: 8710,
    databaseUrl: undefined,
  });
});

test('模式与端口写错即拒绝', () => {
  vi.stubEnv('FUBIE_MODE', 'prod');
  expect(codeOf(readStartSettings)).toBe('config.mode_unknown');
  vi.stubEnv('FUBIE_MODE', 'production');
  for (const port of ['x', '-1', '65536', '8080 ']) {
    vi.stubEnv('FUBIE_PORT', port);
    expect(codeOf(readStartSettings)).toBe('config.port_malformed');
  }
  vi.stubEnv('FUBIE_PORT', '0');
  expect(readStartSettings()).toMatchObject({ mode: 'production', port: 0 });
});

test('子进程的环境里没有数据库地址，也没有名单之外的任何变量', () => {
  vi.stubEnv('DATABASE_URL', 'postgres://owner:secret@/x');
  vi.stubEnv('SOME_TOKEN', 'secret');
  expect(JSON.stringify(childEnvironment())).not.toContain('secret');
});

test('进程的设置缺一项即拒绝', () => {
  const folder = mkdtempSync(join(tmpdir(), 'fubie-config-'));
  const whole = {
    v: 1,
    mode: 'demo',
    name: 'sms',
    folder,
    socket: '/s',
    trust: '/t',
    sockets: { sms: '/s' },
    more: {},
  };
  const read = (held: unknown): unknown => {
    writeFileSync(join(folder, 'config.json'), JSON.stringify(held));
    return readProcessSettings(folder);
  };
  expect(read(whole)).toEqual(whole);
  for (const name of Object.keys(whole)) {
    expect(codeOf(() => read({ ...whole, [name]: undefined }))).toBe('config.file_malformed');
  }
  expect(codeOf(() => read({ ...whole, mode: 'test' }))).toBe('config.mode_unknown');
  expect(codeOf(() => read({ ...whole, more: { port: 1 } }))).toBe('config.file_malformed');
  rmSync(folder, { recursive: true });
});
