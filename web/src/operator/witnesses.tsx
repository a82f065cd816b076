import type { components } from '../api/schema.d.ts';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { Asked } from './asked.tsx';
import { Section } from './controls.tsx';
import { grouped, secondOf } from './shown.ts';
import type { Status } from './status.ts';
import { type TrustTexts, useTrust } from './trust.ts';
import { Verdict } from './verdict.tsx';
import { SignerName, WhoRuns } from './witness-name.tsx';
import { houseWords } from './words/house.ts';

type Signer = components['schemas']['GetDeskGlanceAnswer']['signers'][number];

/** Who signs the log: how far each has come, when, and who runs it. */
export function Witnesses({
  signers,
  stand,
}: {
  readonly signers: readonly Signer[];
  readonly stand: Status;
}) {
  const say = useWords(houseWords);
  const trust = useTrust();
  return (
    <Section title={say('witnesses')} note={say('witnessesNote')}>
      <Asked question={trust}>
        {(held) => (
          <Table label={say('witnesses')}>
            <thead>
              <tr>
                <th scope="col">{say('signer')}</th>
                <th scope="col">{say('standing')}</th>
                <th scope="col" className="number">
                  {say('signedTo')}
                </th>
                <th scope="col">{say('lastSigned')}</th>
                <th scope="col">{say('operator')}</th>
              </tr>
            </thead>
            <tbody>
              {expected(held, signers).map((name) => (
                <WitnessRow
                  key={name}
                  name={name}
                  signer={signers.find((one) => one.name === name)}
                  newest={stand.log.l1}
                  trust={held}
                />
              ))}
            </tbody>
          </Table>
        )}
      </Asked>
    </Section>
  );
}

/** The log, its sentinel, who votes, who only mirrors: those of the policy, heard of or not. */
function expected({ policy }: TrustTexts, signers: readonly Signer[]): readonly string[] {
  const logs = signers.filter(({ isLog }) => isLog).map(({ name }) => name);
  return [...logs, policy.sentinel, ...policy.voters, ...policy.mirrors];
}

function WitnessRow({
  name,
  signer,
  newest,
  trust,
}: {
  readonly name: string;
  readonly signer: Signer | undefined;
  readonly newest: number;
  readonly trust: TrustTexts;
}) {
  const say = useWords(houseWords);
  const behind = newest - (signer?.size ?? 0);
  return (
    <tr>
      <th scope="row">
        <SignerName name={name} isLog={signer?.isLog === true} />
        {trust.policy.mirrors.includes(name) ? <small> {say('mirror')}</small> : null}
      </th>
      <td>
        {signer === undefined ? (
          <Verdict is="invalid">{say('neverSigned')}</Verdict>
        ) : behind > 0 ? (
          <Verdict is="unknown">{say('signerBehind', { n: grouped(behind) })}</Verdict>
        ) : (
          <Verdict is="valid">{say('upToDate')}</Verdict>
        )}
      </td>
      <td className="number">{signer === undefined ? '—' : grouped(signer.size)}</td>
      <td>{signer === undefined ? '—' : secondOf(signer.at)}</td>
      <td>
        <WhoRuns name={name} trust={trust} />
      </td>
    </tr>
  );
}
