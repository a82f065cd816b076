/**
 * Chinese letters for a browser on a computer that has none: the fonts the contracts are set in.
 * Without them every screenshot is a row of boxes.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const fonts = join(import.meta.dirname, '../../../node_modules/@expo-google-fonts/noto-serif-sc');

/** Where fontconfig finds its settings; for the variable FONTCONFIG_FILE. */
export function fontSettings(): string {
  const folder = join(tmpdir(), `fubie-fonts-${process.getuid?.() ?? 0}`);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'fonts.conf');
  const folders = ['400Regular', '700Bold'].map((name) => `<dir>${join(fonts, name)}</dir>`);
  const lines = [
    '<?xml version="1.0"?>',
    '<!DOCTYPE fontconfig SYSTEM "fonts.dtd">',
    '<fontconfig>',
    '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>',
    ...folders,
    `<cachedir>${join(folder, 'cache')}</cachedir>`,
    '</fontconfig>',
  ];
  writeFileSync(file, lines.join('\n'));
  return file;
}
