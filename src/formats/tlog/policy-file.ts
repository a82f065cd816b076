/**
 * Policies as files (C2SP tlog-policy): logs, witnesses, nested k-of-n groups, one quorum.
 *
 * Read strictly: a line this reader does not know is refused, not skipped, for a policy that means
 * less than it says protects nobody. The text is octets to the format; here it must be UTF-8.
 */
import { equal, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Engine } from '#formats/crypto';
import { type NoteKey, parseVkey, printVkey } from './note.ts';
import { type Rule, satisfies } from './policy-rules.ts';

const policyBytesMax = 256 * 1024;
const namesMax = 128;
const noQuorum = 'none';

/** A policy as a file says it. */
export interface LogPolicy {
  readonly logs: readonly NoteKey[];
  readonly witnesses: readonly { readonly name: string; readonly key: NoteKey }[];
  /** Undefined where the file says `quorum none`: no cosignature is asked for. */
  readonly quorum: Rule | undefined;
}

/** tlog.policy_malformed with the line, for everything that is not exactly a policy. */
export async function parsePolicy(text: string, engine: Engine): Promise<LogPolicy> {
  if (utf8(text).length > policyBytesMax) throw malformed(0, 'length');
  if (!text.endsWith('\n') || !isAllowed(text)) throw malformed(0, 'characters');
  const reader = new PolicyReader(engine);
  for (const [at, line] of text.slice(0, -1).split('\n').entries()) {
    const words = line.split(/[ \t]+/).filter((word) => word !== '');
    if (words.length > 0 && words[0]?.startsWith('#') !== true) await reader.take(words, at + 1);
  }
  return reader.policy();
}

/** The plainest spelling: logs, witnesses, the groups from the inside out, the quorum. */
export function printPolicy(policy: LogPolicy): string {
  const logs = policy.logs.map((key) => `log ${printVkey(key)}\n`);
  const witnesses = policy.witnesses.map(({ name, key }) => `witness ${name} ${printVkey(key)}\n`);
  const groups = policy.quorum === undefined ? [] : groupLines(policy.quorum);
  const quorum = `quorum ${policy.quorum?.name ?? noQuorum}\n`;
  return [...logs, ...witnesses, ...groups, quorum].join('');
}

/** Is a checkpoint with these verified cosignatures valid? The log's signature is asked apart. */
export function quorumHolds(policy: LogPolicy, cosigners: readonly { name: string }[]): boolean {
  if (policy.quorum === undefined) return true;
  const held = policy.witnesses.filter(({ key }) =>
    cosigners.some(({ name }) => name === key.name),
  );
  return satisfies(policy.quorum, new Set(held.map(({ name }) => name)));
}

class PolicyReader {
  readonly #engine: Engine;
  readonly #logs: NoteKey[] = [];
  readonly #witnesses: { name: string; key: NoteKey }[] = [];
  readonly #rules = new Map<string, Rule>();
  readonly #members = new Set<string>();
  #quorum: { rule: Rule | undefined } | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async take(words: readonly string[], line: number): Promise<void> {
    const [keyword, ...rest] = words;
    if (keyword === 'log') await this.#log(rest, line);
    else if (keyword === 'witness') await this.#witness(rest, line);
    else if (keyword === 'group') this.#group(rest, line);
    else if (keyword === 'quorum') this.#setQuorum(rest, line);
    else throw malformed(line, 'keyword');
  }

  policy(): LogPolicy {
    if (this.#quorum === undefined) throw malformed(0, 'no quorum');
    return { logs: this.#logs, witnesses: this.#witnesses, quorum: this.#quorum.rule };
  }

  async #log([vkey, _url, ...more]: readonly string[], line: number): Promise<void> {
    if (vkey === undefined || more.length > 0) throw malformed(line, 'log');
    const key = await this.#key(vkey, line);
    // A log may sign the text itself or with a cosignature of ML-DSA-44 (tlog-checkpoint).
    if (key.kind === 'cosignature') throw malformed(line, 'kind');
    if (this.#logs.some((known) => isSameKey(known, key))) throw malformed(line, 'duplicate');
    this.#logs.push(key);
  }

  async #witness([name, vkey, _url, ...more]: readonly string[], line: number): Promise<void> {
    if (name === undefined || vkey === undefined || more.length > 0) {
      throw malformed(line, 'witness');
    }
    const key = await this.#key(vkey, line);
    if (key.kind === 'ed25519') throw malformed(line, 'kind');
    // One signature line must never count for two members: neither by the key nor by its name.
    const isKnown = ({ key: known }: { key: NoteKey }): boolean =>
      isSameKey(known, key) || known.name === key.name;
    if (this.#witnesses.some(isKnown)) throw malformed(line, 'duplicate');
    this.#define(name, { is: 'witness', name }, line);
    this.#witnesses.push({ name, key });
  }

  #group([name, count, ...names]: readonly string[], line: number): void {
    if (name === undefined || count === undefined || names.length === 0) {
      throw malformed(line, 'group');
    }
    const members = names.map((member) => {
      const rule = this.#rules.get(member);
      if (rule === undefined) throw malformed(line, 'unknown');
      if (this.#members.has(member)) throw malformed(line, 'member twice');
      this.#members.add(member);
      return rule;
    });
    const threshold = thresholdOf(count, members.length);
    if (threshold === undefined) throw malformed(line, 'threshold');
    this.#define(name, { is: 'group', name, threshold, members }, line);
  }

  #setQuorum([name, ...more]: readonly string[], line: number): void {
    if (name === undefined || more.length > 0) throw malformed(line, 'quorum');
    if (this.#quorum !== undefined) throw malformed(line, 'quorum twice');
    const rule = this.#rules.get(name);
    if (rule === undefined && name !== noQuorum) throw malformed(line, 'unknown');
    this.#quorum = { rule };
  }

  #define(name: string, rule: Rule, line: number): void {
    if (name === noQuorum || this.#rules.has(name)) throw malformed(line, 'name');
    if (this.#rules.size >= namesMax) throw malformed(line, 'too many');
    this.#rules.set(name, rule);
  }

  async #key(vkey: string, line: number): Promise<NoteKey> {
    try {
      return await parseVkey(vkey, this.#engine);
    } catch (cause) {
      if (!(cause instanceof Fault)) throw cause;
      throw new Fault('tlog.policy_malformed', { line, why: 'vkey' }, { cause });
    }
  }
}

function groupLines(rule: Rule): string[] {
  if (rule.is === 'witness') return [];
  const names = rule.members.map(({ name }) => name).join(' ');
  const { threshold, members, name } = rule;
  return [...members.flatMap(groupLines), `group ${name} ${threshold} ${names}\n`];
}

function thresholdOf(count: string, members: number): number | undefined {
  if (count === 'any') return 1;
  if (count === 'all') return members;
  const threshold = /^[1-9]\d{0,2}$/.test(count) ? Number(count) : 0;
  return threshold >= 1 && threshold <= members ? threshold : undefined;
}

/** Two vkeys around one key are one key, whatever they call it. */
function isSameKey(one: NoteKey, other: NoteKey): boolean {
  return equal(one.publicKey, other.publicKey);
}

/** Tab, newline, printable ASCII and everything above it. */
function isAllowed(text: string): boolean {
  if (!text.isWellFormed()) return false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x7f || (code < 0x20 && code !== 0x09 && code !== 0x0a)) return false;
  }
  return true;
}

function malformed(line: number, why: string): Fault {
  return new Fault('tlog.policy_malformed', { line, why });
}
