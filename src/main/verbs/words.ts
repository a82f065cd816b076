/**
 * A word of the command line that nobody would have read is refused: a misspelt `--trsut DIR` would
 * otherwise judge without trust, and its folder as a file.
 *
 * What a verb reads is what its usage says: there is no second list to fall behind.
 */
import { Fault } from '#base/fault';
import { type Usage, usages } from './usage.ts';

interface Words {
  /** Every option that the calls name. */
  readonly options: ReadonlySet<string>;
  /** Those that are followed by a value. */
  readonly valued: ReadonlySet<string>;
  /** Whether any call begins with a word that is no option: a file, a case, `add`. */
  readonly takesWords: boolean;
}

function wordsOf({ calls }: Usage): Words {
  const text = calls.join(' ');
  const options = new Set(text.match(/--[a-z0-9-]+/g));
  const valued = new Set(
    Array.from(text.matchAll(/(--[a-z0-9-]+) [A-Z0]/g), ([, name = '']) => name),
  );
  return { options, valued, takesWords: calls.some((call) => /^[A-Za-z]/.test(call)) };
}

/** The words that belong to no option, in their order; refuses with main.usage. */
export function plainWords(verb: string, args: readonly string[]): readonly string[] {
  const usage = usages[verb];
  if (usage === undefined) return [];
  const { options, valued, takesWords } = wordsOf(usage);
  const plain: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? '';
    const isKnown = word.startsWith('--') ? options.has(word) : takesWords;
    if (!isKnown) throw new Fault('main.usage', { unknown: word });
    if (!word.startsWith('--')) plain.push(word);
    if (!valued.has(word)) continue;
    at += 1;
    const value = args[at] ?? '';
    if (value === '' || value.startsWith('--')) {
      throw new Fault('main.usage', { needs: `${word} …` });
    }
  }
  return plain;
}
