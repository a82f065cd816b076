/**
 * Which consents are asked now, in which order, and how many on one screen.
 *
 * 人脸司法解释 4: bundled consent is none, so what is sensitive stands alone and nothing else is asked
 * more than two at a time. 网络数据安全管理条例 22(5): who said no is not asked again before the days
 * of the law table are over; she may change her mind at any time without being asked.
 */
import type { Instant } from '#base/clock';
import type { ConsentDecision, ConsentText } from './ports.ts';

const consentsOfScreenMax = 2;
const dayMs = 86_400_000;

/** A kind that a product asks, when it is first needed. */
export interface Ask {
  readonly kind: string;
  /** The step of the case it is first needed for, such as `application`. */
  readonly stage: string;
}

/** A consent as it is put before her: the text and the digest it is decided by. */
export interface ShownConsent extends ConsentText {
  readonly sha256: string;
  readonly recipient: string;
}

/** What is put before her at one time: at most two consents, one where it is sensitive. */
export type Screen = readonly ShownConsent[];

/** The screens that are still to be shown, in the order of the texts handed in. */
export function screensOf(
  texts: readonly ShownConsent[],
  decisions: readonly ConsentDecision[],
  when: { readonly now: Instant; readonly askAgainDaysMin: number },
): readonly Screen[] {
  const due = texts.filter((text) => text.asked && isDue(text, decisionOn(text, decisions), when));
  const screens: ShownConsent[][] = [];
  for (const text of due) {
    const last = screens.at(-1);
    const joins =
      last !== undefined &&
      last.length < consentsOfScreenMax &&
      !text.sensitive &&
      !last.some(({ sensitive }) => sensitive);
    if (joins) last.push(text);
    else screens.push([text]);
  }
  return screens;
}

function isDue(
  text: ShownConsent,
  decision: ConsentDecision | undefined,
  when: { readonly now: Instant; readonly askAgainDaysMin: number },
): boolean {
  if (decision === undefined) return true;
  if (decision.accepted) return !isStillMeant(decision, text);
  const saidNoAt = decision.withdrawnAt ?? decision.at;
  return when.now - saidNoAt >= when.askAgainDaysMin * dayMs;
}

/**
 * Whether a yes still says what is asked now. PIPL 23: who receives it is part of what she agreed
 * to; a partner who became another one (by name or by contact) has no consent.
 */
export function isStillMeant(decision: ConsentDecision, now: ShownConsent): boolean {
  if (decision.version !== now.version) return false;
  return now.recipient === '' || decision.sha256 === now.sha256;
}

export function decisionOn(
  about: { readonly kind: string; readonly recipient: string },
  decisions: readonly ConsentDecision[],
): ConsentDecision | undefined {
  return decisions.find(
    ({ kind, recipient }) => kind === about.kind && recipient === about.recipient,
  );
}
