/**
 * `fubie register vote FILE --name NAME --key KEY.pem` · `adopt FILE --trust DIR` ·
 * `show --trust DIR [--at SECONDS]`
 *
 * How members of a log change its rules: one writes the next register as a text, each member signs
 * the file with the key it votes with, and whoever keeps the house adopts it. Adopting judges the
 * votes; the house then logs the note in every institution's log (docs/specs/log.md).
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { fromUtf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { noteKey, parseNote, printNote, signNote } from '#formats/tlog';
import {
  followRegisters,
  type JudgedRegister,
  type LoggedRegister,
  parseRegister,
  registerInForce,
} from '#formats/witness';
import { registersFolder } from '../estate/trust-folder.ts';
import { bytesOf, neededOption, optionOf } from '../options.ts';

const noteSuffix = '.note';
const numberDigits = 4;
const publicMode = 0o644;

export async function run([what, ...args]: readonly string[]): Promise<number> {
  if (what === 'vote') return vote(args);
  if (what === 'adopt') return adopt(args);
  if (what === 'show') return show(args);
  throw new Fault('main.usage', { needs: 'register vote|adopt|show' });
}

/** Appends a member's vote to the file, which is the text alone before the first vote. */
async function vote([file = '', ...args]: readonly string[]): Promise<number> {
  const held = fromUtf8(await bytesOf(file));
  const isNote = held.includes('\n\n— ');
  const { text, signatures } = isNote ? parseNote(held) : { text: held, signatures: [] };
  await parseRegister(text, nodeEngine);
  const signer = softSigner(await openKeyFile(neededOption(args, '--key')));
  const name = neededOption(args, '--name');
  const key = await noteKey({ name, kind: 'ed25519', publicKey: signer.publicKey }, nodeEngine);
  const own = await signNote(text, key, signer);
  await writeFile(file, printNote({ text, signatures: [...signatures, own] }));
  return 0;
}

async function adopt([file = '', ...args]: readonly string[]): Promise<number> {
  const folder = join(neededOption(args, '--trust'), registersFolder);
  const before = await notesIn(folder);
  const note = fromUtf8(await bytesOf(file));
  // It is logged after this moment, so what is too early now is too early for every verifier.
  const judged = (await judgedChain(before, note)).at(-1);
  process.stdout.write(sentences(judged));
  if (judged === undefined || judged.flaws.length > 0) return 1;
  const name = String(judged.register.number).padStart(numberDigits, '0') + noteSuffix;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), note, { flag: 'wx', mode: publicMode });
  return 0;
}

async function show(args: readonly string[]): Promise<number> {
  const judged = await judgedChain(
    await notesIn(join(neededOption(args, '--trust'), registersFolder)),
  );
  const at = Number(optionOf(args, '--at') ?? Math.floor(systemClock.now() / 1_000));
  const inForce = registerInForce(judged, at);
  for (const one of judged) process.stdout.write(sentences(one));
  process.stdout.write(`in force: ${inForce?.number ?? 'none'}\n`);
  return inForce === undefined ? 1 : 0;
}

/** Those adopted before were judged against the clock when they were; the fresh one is now. */
async function judgedChain(
  adopted: readonly string[],
  fresh?: string,
): Promise<readonly JudgedRegister[]> {
  const logged: LoggedRegister[] = [];
  let delaySeconds = 0;
  for (const note of adopted) {
    const register = await parseRegister(parseNote(note).text, nodeEngine);
    logged.push({ note, loggedAtSeconds: register.fromSeconds - delaySeconds });
    delaySeconds = register.delaySeconds;
  }
  const now = Math.floor(systemClock.now() / 1_000);
  if (fresh !== undefined) logged.push({ note: fresh, loggedAtSeconds: now });
  return followRegisters(logged, nodeEngine);
}

async function notesIn(folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => []);
  const notes = names.filter((name) => name.endsWith(noteSuffix)).toSorted();
  return Promise.all(notes.map((name) => readFile(join(folder, name), 'utf8')));
}

function sentences(judged: JudgedRegister | undefined): string {
  if (judged === undefined) return 'no register\n';
  const { register, votedBy, flaws } = judged;
  const from = new Date(register.fromSeconds * 1_000).toISOString();
  const head = `register ${register.number}, from ${from}, votes: ${votedBy.join(' ') || 'none'}\n`;
  return head + flaws.map(({ code, detail }) => `  ${code}: ${detail}\n`).join('');
}
