import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import { useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { Table } from '../ui/table.tsx';
import { Asked } from './asked.tsx';
import {
  type Block,
  type Found,
  type JudgedSigner,
  judgeContinuity,
  judgeInclusion,
  judgeSigners,
  type Whole,
} from './checks.ts';
import { isSelfAttested, type TrustTexts, useTrust } from './trust.ts';
import { Verdict } from './verdict.tsx';
import { SignerName, WhoRuns } from './witness-name.tsx';
import { houseWords } from './words/house.ts';

/** Whether the block only adds to the one before; looked at without being asked. */
export function Continuity({ whole }: { readonly whole: Whole }) {
  const checked = useQuery({
    queryKey: ['checked', 'continuity', whole.block.size],
    queryFn: () => judgeContinuity(whole),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return <Asked question={checked}>{(found) => <Finding found={found} />}</Asked>;
}

function Finding({ found }: { readonly found: Found }) {
  const say = useWords(houseWords);
  return (
    <p role="status">
      <Verdict is={found.isGood ? 'valid' : 'invalid'}>{say(found.word, found.values)}</Verdict>
    </p>
  );
}

/** Every signature under the block, judged in this page with the keys of the trust folder. */
export function Signers({ block }: { readonly block: Block }) {
  const trust = useTrust();
  const { data: texts } = trust;
  const judged = useQuery({
    queryKey: ['checked', 'signers', block.size],
    queryFn: () => (texts === undefined ? [] : judgeSigners(block, texts)),
    enabled: texts !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <Asked question={trust}>
      {(held) => (
        <Asked question={judged}>
          {(signers) => (
            <>
              <Quorum signers={signers} trust={held} />
              <SignerTable signers={signers} trust={held} />
            </>
          )}
        </Asked>
      )}
    </Asked>
  );
}

interface Judged {
  readonly signers: readonly JudgedSigner[];
  readonly trust: TrustTexts;
}

/** What the valid ones add up to under the policy, and what that is worth. */
function Quorum({ signers, trust }: Judged) {
  const say = useWords(houseWords);
  const { sentinel, voters, quorum } = trust.policy;
  const holds = (name: string) => signers.some((one) => one.name === name && one.is === 'valid');
  const votes = voters.filter(holds).length;
  const isReached = holds(sentinel) && votes >= quorum && signers.some((one) => one.isLog);
  const values = { votes, voters: voters.length, quorum };
  return (
    <>
      <p role="status">
        <Verdict is={isReached ? 'valid' : 'invalid'}>
          {say(isReached ? 'quorum' : 'noQuorum', values)}
        </Verdict>
      </p>
      {isSelfAttested(trust) ? <Notice tone="warn">{say('selfAttested')}</Notice> : null}
    </>
  );
}

function SignerTable({ signers, trust }: Judged) {
  const say = useWords(houseWords);
  return (
    <Table label={say('signatures')}>
      <thead>
        <tr>
          <th scope="col">{say('signer')}</th>
          <th scope="col">{say('signature')}</th>
          <th scope="col">{say('cosignedAt')}</th>
          <th scope="col">{say('operator')}</th>
        </tr>
      </thead>
      <tbody>
        {signers.map((one) => (
          <tr key={one.name}>
            <th scope="row">
              <SignerName name={one.name} isLog={one.isLog} />
            </th>
            <td>
              <Verdict is={one.is}>{say(`is.${one.is}`)}</Verdict>
            </td>
            <td>{one.atSeconds === undefined ? '—' : chinaTime(one.atSeconds)}</td>
            <td>
              <WhoRuns name={one.name} trust={trust} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

const chinaOffsetMs = 8 * 3_600_000;

/** As all other times of the house are shown. */
function chinaTime(atSeconds: number): string {
  return new Date(atSeconds * 1_000 + chinaOffsetMs).toISOString().slice(0, 19).replace('T', ' ');
}

/** One entry's proof, asked for and computed when somebody wants it. */
export function Inclusion({ index }: { readonly index: number }) {
  const say = useWords(houseWords);
  const [found, setFound] = useState<Found | 'checking' | 'failed'>();
  const place = useRef<HTMLSpanElement>(null);
  const begin = () => {
    setFound('checking');
    // The button goes; who pressed it stays where the answer will be.
    place.current?.focus();
    void judgeInclusion(index).then(setFound, () => setFound('failed'));
  };
  return (
    <span role="status" ref={place} tabIndex={-1}>
      {found === undefined || found === 'failed' ? (
        <>
          <button type="button" className="small" onClick={begin}>
            {say('check')} <span className="unseen">{say('entry', { n: index })}</span>
          </button>
          {found === 'failed' ? ` ${say('checkFailed')}` : null}
        </>
      ) : found === 'checking' ? (
        say('checking')
      ) : (
        <Verdict is={found.isGood ? 'valid' : 'invalid'}>{say(found.word, found.values)}</Verdict>
      )}
    </span>
  );
}
