/**
 * Judges a proof that a log or a witness lied: by the keys of the trust folder and the two notes in
 * the file. `valid` means that the accusation holds, and the notice says against whom.
 */
import { Fault } from '#base/fault';
import { judgeMisbehaviour, parseMisbehaviour } from '#formats/witness';
import type { Answer, Judging } from '../judging.ts';
import type { Notice } from '../report/report.ts';

export async function judgeMisbehaviourFile(
  { name, bytes }: { readonly name: string; readonly bytes: Uint8Array },
  judging: Judging,
): Promise<Answer> {
  const { trust, engine, findings } = judging;
  const keys = { logs: trust.logs.map(({ key }) => key), witnesses: trust.witnesses };
  const answer = { kind: 'misbehaviour', signatures: [], notices: [] } as const;
  try {
    const found = await judgeMisbehaviour(parseMisbehaviour(bytes), keys, engine);
    if (found.is === 'unproved') {
      const isOurs = found.because !== 'log_unknown';
      findings.add(isOurs ? 'accusation_unproved' : 'trust_missing', name, found.because);
      return answer;
    }
    const liars = [...(found.log === undefined ? [] : [found.log.name]), ...found.witnesses];
    const detail = `${found.kind}: ${liars.join(' ')}: ${found.detail}`;
    const notice: Notice = { code: 'misbehaviour_proved', detail };
    return { ...answer, notices: [notice] };
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    findings.add('accusation_malformed', name, thrown.code);
    return answer;
  }
}
