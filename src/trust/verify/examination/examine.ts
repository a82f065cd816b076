/**
 * Examines a package rule by rule: what each rule found, where, and what that adds up to. The score
 * counts rules and is no probability of anything.
 */
import type { Recorded } from '../package/entries.ts';
import { flawRules } from '../report/flaws.ts';
import type { Examination, ExaminedRule, Flaw, SignatureReport } from '../report/report.ts';
import { type Doubted, judgeDevices, judgePlaces } from './places.ts';
import { type ExaminationRule, examinationRules, examinationVersion, ruleOfFlaw } from './rules.ts';

const reasonsMax = 16; // of one rule: the flaws of the report are all there

/** What is examined: the findings of a judgement and the records of the case. */
export interface Examined {
  readonly flaws: readonly Flaw[];
  readonly signatures: readonly SignatureReport[];
  readonly recorded: readonly Recorded[];
}

export function examine(examined: Examined): Examination {
  const rules = examinationRules.map((rule) => judgeRule(rule, examined));
  const asked = rules.filter(({ is }) => is !== 'not_applicable');
  const met = asked.filter(({ is }) => is === 'met').length;
  const isRefuted = asked.some(({ is }) => is === 'broken');
  // What was not judged to its end is not established, whatever rule it would have borne on.
  const isOpen = met < asked.length || examined.flaws.length > 0;
  const conclusion = isRefuted ? 'refuted' : isOpen ? 'doubtful' : 'established';
  return { version: examinationVersion, rules, met, asked: asked.length, conclusion };
}

function judgeRule(rule: ExaminationRule, examined: Examined): ExaminedRule {
  const { flaws, signatures, recorded } = examined;
  if (rule === 'A13') return ruleOf(rule, judgeDevices(recorded));
  if (rule === 'A14') return ruleOf(rule, judgePlaces(recorded));
  const own = flaws.filter(({ code }) => ruleOfFlaw[code] === rule);
  const claimed = rule === 'A4' ? claimedTimes(signatures) : [];
  const because = [...own, ...claimed].slice(0, reasonsMax);
  const isBroken = own.some(({ code }) => flawRules[code].is === 'invalid');
  if (isBroken) return { rule, is: 'broken', because };
  if (because.length > 0) return { rule, is: 'open', because };
  const isAsked = ofSignatures.has(rule) ? signatures.length > 0 : recorded.length > 0;
  return { rule, is: isAsked ? 'met' : 'not_applicable', because: [] };
}

const ofSignatures: ReadonlySet<ExaminationRule> = new Set(['A2', 'A3', 'A4', 'A5']);

/** A4: each signature has a trusted stamp; a time that only its maker states is not one. */
function claimedTimes(signatures: readonly SignatureReport[]): readonly Doubted[] {
  return signatures
    .filter(({ kind, timeFrom }) => kind === 'signature' && timeFrom === 'claimed')
    .map(({ document, field }) => ({ part: `${document} ${field}`, detail: 'no trusted time' }));
}

function ruleOf(rule: ExaminationRule, doubted: readonly Doubted[] | undefined): ExaminedRule {
  if (doubted === undefined) return { rule, is: 'not_applicable', because: [] };
  const is = doubted.length === 0 ? 'met' : 'broken';
  return { rule, is, because: doubted.slice(0, reasonsMax) };
}
