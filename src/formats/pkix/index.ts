/** Certification paths and revocation, judged at a time (RFC 5280 §6, RFC 6960, RFC 9608). */

export type { AlgorithmUse } from './algorithm-use.ts';
export type { Anchor, PathAsk, PathProfile } from './ask.ts';
export { buildPath } from './build.ts';
export { PathMemory } from './memory.ts';
export { judgeRevocation } from './revocation.ts';
export type { RevocationAsk } from './revocation-ask.ts';
export type {
  RevocationDoubt,
  RevocationHearing,
  RevocationReason,
  RevocationRemark,
  RevocationSource,
  RevocationStatement,
  RevocationVerdict,
} from './revocation-verdict.ts';
export type { ServerName } from './server-name.ts';
export type {
  CertificatePath,
  PathCode,
  PathFlaw,
  PathVerdict,
  SubIndication,
} from './verdict.ts';
