/**
 * The register of a log: who its members are, whose cosignatures count, and how that is changed.
 *
 * Its text is a C2SP tlog-policy, so that any implementation of that can use it as it stands; what
 * only we need stands before it in comment lines. A register comes into force by the votes of the
 * members of the one before, which are signatures under the text: a signed note. It is logged as
 * the leaf `policy.adopted`. Each member has one vote; a regulator observes unless it is voted in.
 */
import { toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import {
  judgeNote,
  type LogPolicy,
  lintRule,
  type NoteKey,
  parseNote,
  parsePolicy,
  parseSize,
  parseVkey,
  printPolicy,
  printVkey,
} from '#formats/tlog';

const firstLine = '# fubie/register/v1';
const noRegister = 'none';
const membersMax = 16;
/** A day and more is usual; an hour is the least in which anybody can object. */
const delaySecondsMin = 3_600;

/** An organisation that votes or observes, and the key it votes with: not the witness's own. */
export interface Member {
  readonly name: string;
  readonly votes: boolean;
  readonly key: NoteKey;
}

/** One state of the register. */
export interface Register {
  /** 1, 2, 3 … */
  readonly number: number;
  /** base64 SHA-256 of the text of the register before; undefined for the first one. */
  readonly previous: string | undefined;
  /** Seconds since 1970 from which it is in force. */
  readonly fromSeconds: number;
  /** How long its successor must stand in the log before it is in force. */
  readonly delaySeconds: number;
  /** How many members must vote for a change. */
  readonly votes: number;
  /** How many witnesses may lie without any split view. */
  readonly liars: number;
  /** Witnesses that the log's own operator runs: they count for no independence. */
  readonly own: readonly string[];
  readonly members: readonly Member[];
  readonly policy: LogPolicy;
}

/** A register note, and when the log is proved to have held it. */
export interface LoggedRegister {
  readonly note: string;
  readonly loggedAtSeconds: number;
}

/** Why a register is not the next one. */
export type RegisterFlaw =
  | 'number_wrong'
  | 'previous_differs'
  | 'votes_missing'
  | 'too_early'
  | 'rule_unsound'
  | 'rights_unequal';

/** A register as it was judged; without flaws it is in force from `fromSeconds` on. */
export interface JudgedRegister {
  readonly register: Register;
  /** Members whose vote holds. */
  readonly votedBy: readonly string[];
  readonly flaws: readonly { readonly code: RegisterFlaw; readonly detail: string }[];
}

export function printRegister(register: Register): string {
  const { number, previous, fromSeconds, delaySeconds, votes, liars } = register;
  const members = register.members.map(({ name, votes: isVoting, key }) => {
    return `# member ${name} ${isVoting ? 'votes' : 'observes'} ${printVkey(key)}\n`;
  });
  const header = [
    firstLine,
    `# number ${number}`,
    `# previous ${previous ?? noRegister}`,
    `# from ${fromSeconds}`,
    `# delay ${delaySeconds}`,
    `# votes ${votes}`,
    `# liars ${liars}`,
    ...register.own.map((name) => `# own ${name}`),
  ];
  return `${header.join('\n')}\n${members.join('')}${printPolicy(register.policy)}`;
}

/** witness.register_malformed for everything that does not print back to the same text. */
export async function parseRegister(text: string, engine: Engine): Promise<Register> {
  const lines = text.split('\n');
  const header = lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('# ')),
  );
  const [first, number, previous, from, delay, votes, liars, ...rest] = header;
  if (first !== firstLine) throw malformed('first line');
  const before = wordOf(previous, 'previous');
  const register: Register = {
    number: sizeOf(number, 'number'),
    previous: before === noRegister ? undefined : before,
    fromSeconds: sizeOf(from, 'from'),
    delaySeconds: sizeOf(delay, 'delay'),
    votes: sizeOf(votes, 'votes'),
    liars: sizeOf(liars, 'liars'),
    own: rest.filter((line) => line.startsWith('# own ')).map((line) => wordOf(line, 'own')),
    members: await membersOf(rest, engine),
    policy: await parsePolicy(text, engine),
  };
  if (printRegister(register) !== text) throw malformed('spelling');
  return register;
}

export async function registerDigest(text: string, engine: Engine): Promise<string> {
  return toBase64(await engine.digest('sha256', utf8(text)));
}

/**
 * Follows registers from the first one on. The first needs the votes of all its own members and is
 * trusted as whoever verifies has got it; every later one those of the register before it.
 */
export async function followRegisters(
  logged: readonly LoggedRegister[],
  engine: Engine,
): Promise<readonly JudgedRegister[]> {
  const judged: JudgedRegister[] = [];
  let before: { register: Register; text: string } | undefined;
  for (const { note, loggedAtSeconds } of logged) {
    const { text } = parseNote(note);
    const register = await parseRegister(text, engine);
    const votedBy = await votersOf(note, (before?.register ?? register).members, engine);
    const flaws = [
      ...ownFlaws(register),
      ...(await changeFlaws(register, before, engine)),
      ...voteFlaws(register, before?.register, votedBy),
      ...timeFlaws(register, before?.register, loggedAtSeconds),
    ];
    judged.push({ register, votedBy, flaws });
    // What did not come into force changes nothing: the next one must follow the last good one.
    if (flaws.length === 0) before = { register, text };
  }
  return judged;
}

/** The register in force at a time, in seconds; undefined before the first. */
export function registerInForce(
  judged: readonly JudgedRegister[],
  atSeconds: number,
): Register | undefined {
  const good = judged.filter(({ flaws }) => flaws.length === 0).map(({ register }) => register);
  return good.findLast(({ fromSeconds }) => fromSeconds <= atSeconds);
}

type Flaws = JudgedRegister['flaws'];

/** What would make a register unfit whoever voted for it. */
function ownFlaws(register: Register): Flaws {
  const { members, votes, delaySeconds, policy, liars, own } = register;
  const voting = members.filter((member) => member.votes).length;
  const keys = members.map(({ key }) => toBase64(key.publicKey));
  const found: Flaws[number][] = [];
  if (members.length > membersMax) found.push(unequal(`${members.length} members`));
  if (new Set(keys).size < keys.length) found.push(unequal('two members with one key'));
  if (votes * 2 <= voting || votes > voting) found.push(unequal(`${votes} votes of ${voting}`));
  if (delaySeconds < delaySecondsMin) found.push(unequal(`a delay of ${delaySeconds} seconds`));
  if (policy.quorum === undefined) found.push({ code: 'rule_unsound', detail: 'no quorum' });
  else {
    const unsound = lintRule(policy.quorum, liars, own);
    found.push(
      ...unsound.map(
        ({ code, detail }) => ({ code: 'rule_unsound', detail: `${code}: ${detail}` }) as const,
      ),
    );
  }
  return found;
}

function unequal(detail: string): Flaws[number] {
  return { code: 'rights_unequal', detail };
}

async function changeFlaws(
  register: Register,
  before: { register: Register; text: string } | undefined,
  engine: Engine,
): Promise<Flaws> {
  const number = (before?.register.number ?? 0) + 1;
  const previous = before && (await registerDigest(before.text, engine));
  const found: Flaws[number][] = [];
  if (register.number !== number) {
    found.push({ code: 'number_wrong', detail: `${number} is next` });
  }
  if (register.previous !== previous) {
    found.push({ code: 'previous_differs', detail: previous ?? noRegister });
  }
  return found;
}

function voteFlaws(
  register: Register,
  before: Register | undefined,
  votedBy: readonly string[],
): Flaws {
  const all = register.members.filter(({ votes }) => votes).length;
  const needed = before?.votes ?? all;
  if (votedBy.length >= needed) return [];
  return [{ code: 'votes_missing', detail: `${votedBy.length} of ${needed}` }];
}

function timeFlaws(register: Register, before: Register | undefined, atSeconds: number): Flaws {
  if (before === undefined) return [];
  const earliest = atSeconds + before.delaySeconds;
  if (register.fromSeconds >= earliest) return [];
  return [{ code: 'too_early', detail: `in force at ${earliest} at the earliest` }];
}

/** Each voting member once, however often it signed. */
async function votersOf(
  note: string,
  members: readonly Member[],
  engine: Engine,
): Promise<string[]> {
  const parsed = parseNote(note);
  const voted: string[] = [];
  for (const { name, votes, key } of members) {
    if (votes && (await judgeNote(parsed, key, engine))) voted.push(name);
  }
  return voted;
}

async function membersOf(lines: readonly string[], engine: Engine): Promise<Member[]> {
  const members: Member[] = [];
  for (const line of lines.filter((one) => one.startsWith('# member '))) {
    const [, , name, right, vkey, ...more] = line.split(' ');
    if (name === undefined || vkey === undefined || more.length > 0) throw malformed('member');
    if (right !== 'votes' && right !== 'observes') throw malformed('right');
    const key = await parseVkey(vkey, engine);
    if (key.kind !== 'ed25519' || key.name !== name) throw malformed('member key');
    members.push({ name, votes: right === 'votes', key });
  }
  return members;
}

function wordOf(line: string | undefined, name: string): string {
  const prefix = `# ${name} `;
  if (line?.startsWith(prefix) !== true) throw malformed(name);
  return line.slice(prefix.length);
}

function sizeOf(line: string | undefined, name: string): number {
  return parseSize(wordOf(line, name));
}

function malformed(why: string): Fault {
  return new Fault('witness.register_malformed', { why });
}
