/**
 * Prints how another computer or a telephone of the same network reaches the house over HTTPS.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processFolder } from '../estate/estate.ts';
import { reachable } from '../estate/lan-names.ts';
import { tlsFiles, tlsRootFile } from '../provision/tls.ts';
import type { House } from './house.ts';

export async function printLan({ estate }: Pick<House, 'estate'>): Promise<void> {
  const folder = processFolder(estate, 'serve');
  const port = await readFile(join(folder, tlsFiles.port), 'utf8');
  const names: readonly string[] = JSON.parse(await readFile(join(folder, tlsFiles.names), 'utf8'));
  const lines = [
    '',
    ...reachable(names).map((name) => `局域网    https://${shown(name)}:${port}/v1`),
    `TLS 根证书（TEST，仅供测试）  ${tlsRootFile(estate)}`,
    '手机信任此根：把该 .crt 文件发到手机并打开。',
    '  安卓：设置 → 安全 → 加密与凭据 → 安装证书 → CA 证书。',
    '  苹果：设置 → 已下载描述文件 → 安装；再到 通用 → 关于本机 → 证书信任设置 打开完全信任。',
    '此根只能为本地网络的名称与地址发证；测试结束后请在手机上删除。',
    'To trust this TEST root on a phone, send the .crt file to it and open it.',
    '  Android: Settings → Security → Encryption & credentials → Install → CA certificate.',
    '  iPhone: Settings → Profile Downloaded → Install; then General → About →',
    '  Certificate Trust Settings → enable full trust.',
    'It can certify local names and addresses only. Remove it from the phone after the test.',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

function shown(name: string): string {
  return name.includes(':') ? `[${name}]` : name;
}
