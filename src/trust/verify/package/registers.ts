/**
 * Step 5e: who the members of the log were and how they voted, where the package holds registers.
 *
 * Each is an entry `policy.adopted` of the log; each follows the one before by the votes of its
 * members, and no sooner than their delay after it stood in the log.
 */
import { equal, fromUtf8, toBase64, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { numbered } from '#formats/bundle';
import { parseEntry, signatureFlaw } from '#formats/entry';
import { hashLeaf, inclusionFlaw, parseLogProof } from '#formats/tlog';
import { followRegisters, type LoggedRegister, registerInForce } from '#formats/witness';
import type { Notice } from '../report/report.ts';
import { newerCode } from './entries.ts';
import { requireHead } from './heads.ts';
import type { LogContext } from './log-context.ts';

export async function judgeRegisters(context: LogContext): Promise<readonly Notice[]> {
  const { files, trust, findings, engine } = context;
  const trusted = trust.registersOf(context.checkpoint.origin);
  const held = files.all.filter(({ name }) => name.startsWith('registers/'));
  if (held.length === 0) return [];
  const notes = files.at('register');
  const logged: LoggedRegister[] = [];
  try {
    if (notes.length * 4 !== held.length) throw wrong('four files are one register');
    for (const [at, { name, bytes }] of notes.entries()) {
      if (name !== numbered('register', at + 1)) throw wrong('a register is missing');
      logged.push({ note: fromUtf8(bytes), ...(await placeOf(at + 1, bytes, context)) });
    }
    const judged = await followRegisters(logged, engine);
    const [flaw] = judged.flatMap(({ flaws }) => flaws);
    if (flaw !== undefined) throw wrong(`${flaw.code}: ${flaw.detail}`);
    for (const [at, own] of trusted.slice(0, notes.length).entries()) {
      if (!equal(own, notes[at]?.bytes ?? utf8(''))) {
        throw wrong(`${at + 1} is not the one that is trusted`);
      }
    }
    const until = logged.at(-1)?.loggedAtSeconds ?? 0;
    const force = registerInForce(judged, until);
    const { votedBy = [] } = judged.find(({ register }) => register === force) ?? {};
    const detail = `${force?.number ?? 0}: ${votedBy.join(' ')}`;
    const first = trusted.length === 0 ? [{ code: 'register_not_trusted', detail }] : [];
    return [...(first as Notice[]), { code: 'register_in_force', detail }];
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    const why = String(thrown.details['why'] ?? thrown.code);
    const isNewer = thrown.code === newerCode;
    findings.add(isNewer ? 'entry_version_unknown' : 'register_wrong', 'registers', why);
    return [];
  }
}

/** When the log is proved to have held this register. */
async function placeOf(
  number: number,
  note: Uint8Array,
  context: LogContext,
): Promise<Pick<LoggedRegister, 'loggedAtSeconds'>> {
  const { files, trust, engine } = context;
  const bytes = files.named(numbered('register entry', number));
  const proofBytes = files.named(numbered('register proof', number));
  if (bytes === undefined || proofBytes === undefined) throw wrong(`${number} has no proof`);
  const entry = parseEntry(bytes);
  const flaw = await signatureFlaw(entry, (by) => trust.actorKey(by), engine);
  const sha256 = toBase64(await engine.digest('sha256', note));
  const sm3 = toBase64(await engine.digest('sm3', note));
  const isNamed = entry.of.some((one) => one.sha256 === sha256 && one.sm3 === sm3);
  if (flaw !== undefined || entry.type !== 'policy.adopted' || !isNamed) {
    throw wrong(flaw?.detail ?? `${number} is not adopted by its entry`);
  }
  const proof = parseLogProof(fromUtf8(proofBytes));
  const consistency = numbered('register consistency', number);
  const head = await requireHead(utf8(proof.checkpoint), consistency, context);
  const { size, root, latestSeconds } = head;
  const leaf = await hashLeaf(bytes, engine);
  const inclusion = { leaf, index: proof.index, size, root, proof: proof.hashes };
  const absent = await inclusionFlaw(inclusion, engine);
  if (absent !== undefined) throw wrong(`${number}: ${absent}`);
  return { loggedAtSeconds: latestSeconds };
}

function wrong(why: string): Fault {
  return new Fault('verify.register_wrong', { why });
}
