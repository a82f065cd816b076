/**
 * Which of several flaws is told first: what no time and no policy could mend outweighs the rest.
 */
import type { PathCode } from './verdict.ts';

const outOfTime = 1;
const againstWish = 2;
const againstConstraint = 3;
const againstRule = 4;
const notSigned = 5;
const notJudged = 6;

const severities: Readonly<Record<PathCode, number>> = {
  not_yet_valid: outOfTime,
  expired: outOfTime,
  server_name_differs: againstWish,
  purpose_missing: againstWish,
  authority_purpose_missing: againstWish,
  key_usage_missing: againstWish,
  policy_required: againstWish,
  profile_broken: againstWish,
  name_excluded: againstConstraint,
  name_not_permitted: againstConstraint,
  name_constraint_unsupported: againstConstraint,
  name_constraint_malformed: againstConstraint,
  path_too_long: againstConstraint,
  depth_exceeded: againstConstraint,
  policy_any_mapped: againstConstraint,
  critical_unknown: againstRule,
  not_authority: againstRule,
  key_cert_sign_missing: againstRule,
  malformed: againstRule,
  algorithm_unknown: againstRule,
  signature_broken: notSigned,
  no_path: notSigned,
  limit: notJudged,
};

/** Higher is worse. */
export function severityOf(code: PathCode): number {
  return severities[code];
}
