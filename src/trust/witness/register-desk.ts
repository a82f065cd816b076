/**
 * Governance of a log by its members (S2-86): anybody who may come in proposes a register, members
 * sign its text, and with enough votes it becomes the entry `policy.adopted`.
 *
 * Every member has one key and one vote. What is kept here is only the way there: who judges reads
 * the notes out of the log and believes no row. A register says who shall cosign from a time on,
 * and from then on the house asks those, and a level is what they signed.
 */
import { utf8 } from '#base/bytes';
import { addSeconds, type Clock, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { Commit, Unit } from '#base/unit';
import type { Engine } from '#formats/crypto';
import { judgeNote, type NoteSignature, parseSignatures, printNote } from '#formats/tlog';
import {
  followRegisters,
  type JudgedRegister,
  type LevelRule,
  type LoggedRegister,
  levelRules,
  type Member,
  parseRegister,
  type Register,
} from '#formats/witness';
import { type Evidence, policyCaseId } from '#trust/evidence';

/** How much later witnesses may have seen the entry: a verifier counts from then. */
const loggedSecondsMax = 120;
const textBytesMax = 65_536;
const proposalsMax = 50;
const millis = 1_000;
const registerName = 'register.note';

/** A proposed text with the lines of those who voted; adopted once it has a note. */
export interface RegisterText {
  /** Lower-case hex SHA-256 of the text. */
  readonly digest: string;
  readonly number: number;
  readonly text: string;
  readonly proposedAt: Instant;
  readonly note: string | undefined;
  readonly adoptedAt: Instant | undefined;
  readonly votes: readonly { readonly member: string; readonly line: string }[];
}

/** Keeps proposals and votes of one tenant's log. */
export interface RegisterStore {
  /** All of them, by number and time; locked against a second vote until the unit ends. */
  all(unit: Unit): Promise<readonly RegisterText[]>;
  /** The same text again is one proposal. */
  propose(unit: Unit, text: Omit<RegisterText, 'note' | 'adoptedAt' | 'votes'>): Promise<void>;
  /** The first line of a member stands. */
  vote(
    unit: Unit,
    vote: { digest: string; member: string; line: string; at: Instant },
  ): Promise<void>;
  adopt(unit: Unit, adopted: { digest: string; note: string; at: Instant }): Promise<void>;
}

export interface RegisterDeskParts {
  readonly store: RegisterStore;
  readonly evidence: Pick<Evidence, 'record'>;
  /** Registers that were installed with the house, oldest first, and when the log held them. */
  readonly installed: (unit: Unit) => Promise<readonly LoggedRegister[]>;
  /** By which the log was installed: its sentinel stays whatever is voted. */
  readonly rule: () => Promise<LevelRule>;
  readonly digest: (text: string) => Promise<string>;
  readonly engine: Engine;
  readonly clock: Clock;
}

/** A register of the chain, or one that is proposed, and what was found of it. */
export interface ShownRegister {
  readonly digest: string;
  readonly note: string;
  readonly adopted: boolean;
  readonly votedBy: readonly string[];
  readonly flaws: readonly string[];
}

export class RegisterDesk {
  readonly #parts: RegisterDeskParts;

  constructor(parts: RegisterDeskParts) {
    this.#parts = parts;
  }

  /** The chain, then what is proposed. */
  async shown(unit: Unit): Promise<readonly ShownRegister[]> {
    const { digest } = this.#parts;
    const texts = await this.#parts.store.all(unit);
    const chain = await this.#chain(unit, texts);
    const shown: ShownRegister[] = [];
    for (const [at, judged] of (await followRegisters(chain, this.#parts.engine)).entries()) {
      const note = chain[at]?.note ?? '';
      const named = await digest(textOf(note));
      shown.push({ digest: named, note, adopted: true, ...told(judged) });
    }
    for (const text of texts.filter((one) => one.note === undefined)) {
      const judged = await this.#judge(chain, noteOf(text));
      shown.push({ digest: text.digest, note: noteOf(text), adopted: false, ...told(judged) });
    }
    return shown;
  }

  /** witness.register_malformed, or witness.register_unfit with what no vote would mend. */
  propose(text: string): Commit<{ readonly digest: string }> {
    return async (unit) => {
      const { store, engine, clock } = this.#parts;
      if (text.length > textBytesMax) throw unfit('length');
      const register = await parseRegister(text, engine);
      const { number } = register;
      const digest = await this.#parts.digest(text);
      const texts = await store.all(unit);
      if (texts.some((one) => one.digest === digest)) return { digest };
      if (texts.filter((one) => one.note === undefined).length >= proposalsMax)
        throw unfit('count');
      const chain = await this.#chain(unit, texts);
      // The house must be able to run by it: what is voted takes effect by itself.
      if (!(await this.#binds(chain, register))) throw unfit('rule_form');
      const judged = await this.#judge(chain, noteOf({ text, votes: [] }));
      const other = judged?.flaws.find(({ code }) => code !== 'votes_missing');
      if (judged === undefined || other !== undefined) throw unfit(other?.code ?? 'unread');
      await store.propose(unit, { digest, number, text, proposedAt: clock.now() });
      return { digest };
    };
  }

  /**
   * Counts one member's signature line. With enough of them the register is adopted: an entry of
   * the log in the same transaction. witness.register_unknown, witness.vote_wrong.
   */
  vote(digest: string, line: string): Commit<ShownRegister> {
    return async (unit) => {
      const { store, clock } = this.#parts;
      const texts = await store.all(unit);
      const found = texts.find((one) => one.digest === digest);
      if (found === undefined) throw new Fault('witness.register_unknown', { digest });
      const chain = await this.#chain(unit, texts);
      if (found.note !== undefined) {
        return { digest, note: found.note, adopted: true, votedBy: [], flaws: [] };
      }
      const member = await this.#memberBehind(line, { text: found.text, chain });
      await store.vote(unit, { digest, member, line, at: clock.now() });
      const held = found.votes.filter((vote) => vote.member !== member);
      const note = noteOf({ text: found.text, votes: [...held, { member, line }] });
      const judged = await this.#judge(chain, note);
      const adopted = judged !== undefined && judged.flaws.length === 0;
      if (adopted) await this.#adopt(unit, digest, note);
      return { digest, note, adopted, ...told(judged) };
    };
  }

  /** Registers that hold, oldest first: each with the votes that made it. */
  async adopted(unit: Unit): Promise<readonly string[]> {
    const chain = await this.#chain(unit, await this.#parts.store.all(unit));
    const judged = await followRegisters(chain, this.#parts.engine);
    return chain.flatMap(({ note }, at) => (judged[at]?.flaws.length === 0 ? [note] : []));
  }

  /** Would the levels of this log follow from it? */
  async #binds(chain: readonly LoggedRegister[], register: Register): Promise<boolean> {
    const judged = await followRegisters(chain, this.#parts.engine);
    const before = judged.filter(({ flaws }) => flaws.length === 0).map((one) => one.register);
    const rules = levelRules(await this.#parts.rule(), [...before, register]);
    return rules.at(-1)?.number === register.number;
  }

  async #adopt(unit: Unit, digest: string, note: string): Promise<void> {
    const { store, evidence, clock } = this.#parts;
    const bytes = utf8(note);
    const caseId = await policyCaseId(bytes, this.#parts.engine);
    const of = [{ name: registerName, bytes }];
    await evidence.record(unit, { caseId, type: 'policy.adopted', disclosures: [], of });
    await store.adopt(unit, { digest, note, at: clock.now() });
  }

  /** Whose key signed this line over the text: a member of the register before, or of the first. */
  async #memberBehind(
    line: string,
    { text, chain }: { readonly text: string; readonly chain: readonly LoggedRegister[] },
  ): Promise<string> {
    const { engine } = this.#parts;
    const before = (await followRegisters(chain, engine)).findLast(
      ({ flaws }) => flaws.length === 0,
    );
    const { members } = before?.register ?? (await parseRegister(text, engine));
    const signatures = parseSignatures(line);
    const note = { text, signatures };
    const signed: Member[] = [];
    for (const member of members) {
      if (member.votes && (await judgeNote(note, member.key, engine))) signed.push(member);
    }
    const [member] = signed;
    if (member === undefined || signatures.length !== 1) throw new Fault('witness.vote_wrong');
    return member.name;
  }

  async #chain(unit: Unit, texts: readonly RegisterText[]): Promise<readonly LoggedRegister[]> {
    const installed = await this.#parts.installed(unit);
    const voted = texts.flatMap(({ note, adoptedAt }) =>
      note === undefined || adoptedAt === undefined
        ? []
        : [{ note, loggedAtSeconds: secondsOf(adoptedAt) }],
    );
    return [...installed, ...voted];
  }

  async #judge(
    chain: readonly LoggedRegister[],
    note: string,
  ): Promise<JudgedRegister | undefined> {
    const { engine, clock } = this.#parts;
    const loggedAtSeconds = secondsOf(addSeconds(clock.now(), loggedSecondsMax));
    return (await followRegisters([...chain, { note, loggedAtSeconds }], engine)).at(-1);
  }
}

/** A note has a line at least; this one is nobody's vote. */
const nobody: NoteSignature = {
  name: 'nobody',
  keyId: new Uint8Array(4),
  signature: new Uint8Array(64),
};

function told(judged: JudgedRegister | undefined) {
  return {
    votedBy: judged?.votedBy ?? [],
    flaws: (judged?.flaws ?? []).map(({ code, detail }) => `${code}: ${detail}`),
  };
}

function noteOf({ text, votes }: Pick<RegisterText, 'text' | 'votes'>): string {
  const lines = votes.toSorted((a, b) => (a.member < b.member ? -1 : 1));
  const signatures = lines.flatMap(({ line }) => parseSignatures(line));
  return printNote({ text, signatures: signatures.length === 0 ? [nobody] : signatures });
}

function textOf(note: string): string {
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function secondsOf(at: Instant): number {
  return Math.floor(at / millis);
}

function unfit(why: string): Fault {
  return new Fault('witness.register_unfit', { why });
}
