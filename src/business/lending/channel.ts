/**
 * Which way a loan may be signed: remotely, face to face, or not at all.
 *
 * The decision table of requirements C.5 (个人贷款管理办法, 商业银行互联网贷款管理暂行办法). Every number
 * comes from a dated law table (law 9); this file holds only the order of the questions. Each
 * reason is a code; refusal outweighs the branch, the branch outweighs the remote way.
 */
import type { Fen } from '#base/money';
import type { CalendarDate } from './days.ts';
import { ageOn } from './days.ts';

export type LoanPurpose = 'CONSUMPTION' | 'BUSINESS' | 'HOUSING';

export interface ChannelRequest {
  readonly born: CalendarDate;
  readonly on: CalendarDate;
  readonly purpose: LoanPurpose;
  readonly amount: Fen;
  readonly months: number;
  /** The borrower's consumer internet credit including this loan. */
  readonly consumerLine: Fen;
}

/** Values of catalog/law/loan-channel.json in force on the day. */
export interface ChannelLimits {
  readonly ageMin: number;
  readonly remoteAmountMax: Fen;
  readonly consumerLineMax: Fen;
  readonly consumerMonthsMax: number;
  readonly businessMonthsMax: number;
}

export type ChannelReason =
  | 'under_age'
  | 'term_over_limit'
  | 'consumer_line_over_limit'
  | 'housing_face_to_face'
  | 'amount_face_to_face';

export interface ChannelDecision {
  readonly channel: 'remote' | 'face_to_face' | 'refused';
  readonly reasons: readonly ChannelReason[];
  /** Signing face to face is recorded in sound and picture (L-LN-01). */
  readonly dualRecording: boolean;
}

export function decideChannel(request: ChannelRequest, limits: ChannelLimits): ChannelDecision {
  const branch = branchReasons(request, limits);
  const refusals = refusalReasons(request, limits, branch.length === 0);
  if (refusals.length > 0) {
    return { channel: 'refused', reasons: refusals, dualRecording: false };
  }
  if (branch.length > 0) return { channel: 'face_to_face', reasons: branch, dualRecording: true };
  return { channel: 'remote', reasons: [], dualRecording: false };
}

function branchReasons(request: ChannelRequest, limits: ChannelLimits): ChannelReason[] {
  const reasons: ChannelReason[] = [];
  if (request.purpose === 'HOUSING') reasons.push('housing_face_to_face');
  if (request.amount > limits.remoteAmountMax) reasons.push('amount_face_to_face');
  return reasons;
}

/** The line limit binds internet lending only: a loan signed at the branch is not asked. */
function refusalReasons(
  request: ChannelRequest,
  limits: ChannelLimits,
  remote: boolean,
): ChannelReason[] {
  const reasons: ChannelReason[] = [];
  const { purpose, months } = request;
  if (ageOn(request.born, request.on) < limits.ageMin) reasons.push('under_age');
  if (purpose === 'CONSUMPTION' && months > limits.consumerMonthsMax) {
    reasons.push('term_over_limit');
  }
  if (purpose === 'BUSINESS' && months > limits.businessMonthsMax) reasons.push('term_over_limit');
  const overLine = remote && purpose === 'CONSUMPTION';
  if (overLine && request.consumerLine > limits.consumerLineMax) {
    reasons.push('consumer_line_over_limit');
  }
  return reasons;
}
