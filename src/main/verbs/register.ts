/**
 * `fubie register key --name NAME --key KEY.pem` · `adopt FILE --trust DIR` ·
 * `vote FILE --name NAME --key KEY.pem [--trust DIR]` · `show --trust DIR [--at SECONDS]`
 *
 * How members of a log change its rules: one writes the next register as a text, each member signs
 * the file with the key it votes with, and whoever keeps the house adopts it. Adopting judges the
 * votes; the house then logs the note in every institution's log (docs/specs/log.md).
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { nodeEngine, openKeyFile, softSigner } from '#adapters/engine';
import { equal, fromUtf8 } from '#base/bytes';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { noteKey, parseNote, printNote, printVkey, signNote } from '#formats/tlog';
import {
  followRegisters,
  type JudgedRegister,
  type LoggedRegister,
  levelRules,
  type Member,
  parseRegister,
  registerInForce,
} from '#formats/witness';
import { registersFolder } from '../estate/trust-folder.ts';
import { bytesOf, neededOption, optionOf } from '../options.ts';
import { installedRule } from '../rooms/log-rules.ts';

const noteSuffix = '.note';
const numberDigits = 4;
const publicMode = 0o644;
/** A house looks for adopted notes once a minute, and a verifier counts from a witnessed head. */
const loggedSecondsMax = 300;

export async function run([what, ...args]: readonly string[]): Promise<number> {
  if (what === 'key') return key(args);
  if (what === 'vote') return vote(args);
  if (what === 'adopt') return adopt(args);
  if (what === 'show') return show(args);
  throw new Fault('main.usage', { needs: 'register key|vote|adopt|show' });
}

/** What a register's text names a member by. */
async function key(args: readonly string[]): Promise<number> {
  const { vkey } = await votingKey(args);
  process.stdout.write(`${printVkey(vkey)}\n`);
  return 0;
}

/**
 * Appends a member's vote to the file, which is the text alone before the first vote. A member is
 * one whom the text itself names, or with `--trust` the register before; a signature of anybody
 * else would be no vote, so it is refused (witness.vote_wrong) and the file stays as it is.
 */
async function vote([file = '', ...args]: readonly string[]): Promise<number> {
  const held = fromUtf8(await bytesOf(file));
  const isNote = held.includes('\n\n— ');
  const { text, signatures } = isNote ? parseNote(held) : { text: held, signatures: [] };
  const { vkey, signer } = await votingKey(args);
  const members = [...(await parseRegister(text, nodeEngine)).members, ...(await trusted(args))];
  const isMember = members.some(
    ({ name, votes, key: own }) =>
      votes && name === vkey.name && equal(own.publicKey, vkey.publicKey),
  );
  if (!isMember) throw new Fault('witness.vote_wrong', { name: vkey.name });
  const own = await signNote(text, vkey, signer);
  const others = signatures.filter(
    ({ name, keyId }) => name !== own.name || !equal(keyId, own.keyId),
  );
  await writeFile(file, printNote({ text, signatures: [...others, own] }));
  process.stdout.write(`vote of ${vkey.name}, ${others.length + 1} in the file\n`);
  return 0;
}

async function votingKey(args: readonly string[]) {
  const signer = softSigner(await openKeyFile(neededOption(args, '--key')));
  const name = neededOption(args, '--name');
  const { publicKey } = signer;
  return { signer, vkey: await noteKey({ name, kind: 'ed25519', publicKey }, nodeEngine) };
}

/** The members of the last register that holds, in a log's own folder or the one for all logs. */
async function trusted(args: readonly string[]): Promise<readonly Member[]> {
  const trust = optionOf(args, '--trust');
  const chains = trust === undefined ? [] : await registerFolders(join(trust, registersFolder));
  const members: Member[] = [];
  for (const { notes } of chains) {
    const judged = await judgedChain(notes);
    members.push(...(judged.findLast(({ flaws }) => flaws.length === 0)?.register.members ?? []));
  }
  return members;
}

async function adopt([file = '', ...args]: readonly string[]): Promise<number> {
  const trust = neededOption(args, '--trust');
  const folder = join(trust, registersFolder);
  const note = fromUtf8(await bytesOf(file));
  const chain = await judgedChain(await notesIn(folder), note);
  const judged = chain.at(-1);
  process.stdout.write(sentences(judged));
  if (judged === undefined || judged.flaws.length > 0) return 1;
  const good = chain.filter(({ flaws }) => flaws.length === 0).map(({ register }) => register);
  const rules = levelRules(await installedRule(trust), good);
  if (rules.at(-1)?.number !== judged.register.number) {
    // The house could not run by it: no level would follow from its policy.
    process.stdout.write(
      '  rule_form: not the sentinel and one group of witnesses, or another key\n',
    );
    return 1;
  }
  const name = String(judged.register.number).padStart(numberDigits, '0') + noteSuffix;
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), note, { flag: 'wx', mode: publicMode });
  return 0;
}

async function show(args: readonly string[]): Promise<number> {
  const chains = await registerFolders(join(neededOption(args, '--trust'), registersFolder));
  const at = Number(optionOf(args, '--at') ?? Math.floor(systemClock.now() / 1_000));
  let unruled = chains.length === 0;
  for (const { log, notes } of chains) {
    const judged = await judgedChain(notes);
    const inForce = registerInForce(judged, at);
    unruled ||= inForce === undefined;
    if (log !== undefined) process.stdout.write(`log ${log}\n`);
    for (const one of judged) process.stdout.write(sentences(one));
    process.stdout.write(`in force: ${inForce?.number ?? 'none'}\n`);
  }
  if (chains.length === 0) process.stdout.write('in force: none\n');
  return unruled ? 1 : 0;
}

/** The registers for all logs, then those of each log that has its own. */
async function registerFolders(
  folder: string,
): Promise<readonly { readonly log?: string; readonly notes: readonly string[] }[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const logs = entries
    .filter((one) => one.isDirectory())
    .map(({ name }) => name)
    .toSorted();
  const own = logs.map(async (log) => ({ log, notes: await notesIn(join(folder, log)) }));
  const chains = [{ notes: await notesIn(folder) }, ...(await Promise.all(own))];
  return chains.filter(({ notes }) => notes.length > 0);
}

/** Those adopted before were judged against the clock when they were; the fresh one is soon. */
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
  const soon = Math.floor(systemClock.now() / 1_000) + loggedSecondsMax;
  if (fresh !== undefined) logged.push({ note: fresh, loggedAtSeconds: soon });
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
