/**
 * Step 9: who ran the witnesses and clocks, in words a judge can weigh.
 *
 * Law 8: a quorum that is all the producer's own proves order and wholeness only as far as the
 * producer is believed, and the answer says so.
 */
import type { Trust } from '../trust.ts';

/** The sentence that must stand under every self-attested package. */
export const selfAttestedSentence = '见证方由出证方自行运行，属自证';

/** True unless enough voters for the quorum are run by somebody else, by declaration or proof. */
export function isSelfAttested(trust: Trust): boolean {
  const { policy, keys } = trust;
  if (policy === undefined) return true;
  const others = policy.voters.filter((voter) => {
    const key = keys.find((candidate) => candidate.name === voter || candidate.id === voter);
    return key !== undefined && key.independence !== 'own';
  });
  return others.length < policy.quorum;
}
