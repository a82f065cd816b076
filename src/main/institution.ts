/**
 * The synthetic institution of the demo: one tenant, its name, its code, its seal's authorisation.
 *
 * The code's area 999999 is assigned to nobody; the name says what it is.
 */
import type { Instant } from '#base/clock';
import { addSeconds } from '#base/clock';
import type { TenantId } from '#base/unit';
import type { StandingAuthorisation } from '#trust/keys';
import { sealName } from './plan.ts';

const authorisationDays = 366;
const daySeconds = 86_400;

export const institution = {
  tenant: 'demo-credit-cooperative' as TenantId,
  name: '示例县农村信用合作联社',
  /** 统一社会信用代码, synthetic. */
  code: '91999999MA00000079',
  /** What stands in the red seal: its arc and its line, the name in the seal's certificate. */
  sealArc: '示例县农村信用合作联社',
  sealWords: '合同专用章',
} as const;

export const authorisationId = 'contract-seal-standing';

export function sealAuthorisation(from: Instant): StandingAuthorisation {
  return {
    id: authorisationId,
    tenant: institution.tenant,
    seal: sealName,
    documents: ['loan-contract', 'report'],
    from,
    until: addSeconds(from, authorisationDays * daySeconds),
    grantedBy: '示例县农村信用合作联社理事会（演示）',
  };
}
