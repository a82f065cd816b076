/**
 * Prints the running house for the person at the terminal: processes, keys, addresses, logins.
 */
import { isAbsolute, relative } from 'node:path';
import type { StoryOutcome } from './first-story.ts';
import { type House, linesOf } from './house.ts';

const keyLettersShown = 27;

export function printHouse(
  house: House,
  more: { readonly story: StoryOutcome | undefined; readonly readyMs: number },
): void {
  const columns = linesOf(house, house.supervisor).map((line) => [
    line.process,
    String(line.pid ?? '-'),
    shown(line.folder),
    line.keys.map((key) => key.slice(0, keyLettersShown)).join(' ') || '-',
  ]);
  for (const line of table([['process', 'pid', 'folder', 'key fingerprint'], ...columns])) {
    write(line);
  }
  write('');
  write(`接口      ${house.url}/v1`);
  for (const { tenant, login, password, desk } of house.logins) {
    write(`演示登录  ${tenant}  ${login}  ${password}  （${desk}）`);
  }
  write(`          保存在 ${shown(house.loginsFile)}，仅本机本用户可读`);
  if (more.story !== undefined) {
    write(`首个故事  证据包 ${shown(more.story.package)}`);
  }
  write(`受信材料  ${shown(house.estate.trust)}`);
  write('所有网关均为模拟器，证书颁发机构为 TEST CA（未获许可），时间源为本机时钟。');
  write(`就绪，用时 ${(more.readyMs / 1000).toFixed(1)} 秒。按 Ctrl-C 停止。`);
}

function write(line: string): void {
  process.stdout.write(`${line}\n`);
}

function shown(path: string): string {
  const here = relative(process.cwd(), path);
  return isAbsolute(here) || here.startsWith('..') ? path : here;
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => (row[at] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
