/** Reads `--name value` from a command line, and the files that it names. */
import { readFile } from 'node:fs/promises';
import { Fault } from '#base/fault';

export function optionOf(args: readonly string[], name: string): string | undefined {
  const at = args.indexOf(name);
  return at < 0 ? undefined : args[at + 1];
}

/** The same where it must be there; refuses with main.usage. */
export function neededOption(args: readonly string[], name: string): string {
  const value = optionOf(args, name);
  if (value === undefined) throw new Fault('main.usage', { needs: name });
  return value;
}

/** A whole number that is at least `min`; another word is refused with main.usage. */
export function wholeOption(
  args: readonly string[],
  name: string,
  min: number,
): number | undefined {
  const text = optionOf(args, name);
  if (text === undefined) return undefined;
  const isWhole = /^\d{1,9}$/.test(text) && Number(text) >= min;
  if (!isWhole) throw new Fault('main.usage', { needs: `${name} N`, min });
  return Number(text);
}

/** Refuses with main.file_unreadable. */
export async function bytesOf(path: string): Promise<Uint8Array> {
  try {
    // The same memory under another name: a copy of a large file would be held beside it.
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
}

/** UTF-8, or UTF-16 that says so: what `>` writes in the shell of Windows. */
export function textOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return new TextDecoder().decode(bytes);
}

/** The same for a word that may stand more than once, in its order. */
export function optionsOf(args: readonly string[], name: string): readonly string[] {
  return args.flatMap((word, at) => {
    const value = word === name ? args[at + 1] : undefined;
    return value === undefined ? [] : [value];
  });
}
