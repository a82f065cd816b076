import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import type { components } from '../api/schema.d.ts';
import { gatewayWords } from '../phrases/parties.ts';
import { Button } from '../ui/button.tsx';
import { download } from '../ui/download.ts';
import { entryName } from '../ui/entry-name.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked } from './asked.tsx';
import { Level } from './level.tsx';
import { secondOf } from './shown.ts';
import { Title } from './title.tsx';
import { recordWords } from './words/record.ts';

type Step = components['schemas']['PostTracesAnswer']['steps'][number];

/** The whole trace of one contract, for a dispute: every step with who, when, where and its proof. */
export function TracePage() {
  const say = useWords(recordWords);
  const { number = '' } = useParams();
  const trace = useQuery({
    queryKey: ['trace', number],
    queryFn: () => answerOf(api.POST('/v1/traces', { body: { number } })),
  });
  return (
    <>
      <nav aria-label={say('back')}>
        <Link to="/">{say('back')}</Link>
      </nav>
      <Title text={say('traceTitle', { number })}>
        <p className="note">{say('traceNote')}</p>
      </Title>
      <Asked question={trace}>
        {({ steps, flags }) => (
          <>
            {flags.length === 0 ? (
              <Notice tone="good">{say('flagsNone')}</Notice>
            ) : (
              <Notice tone="warn">
                {say('flags', {
                  flags: flags.map(({ seq, flag }) => `${seq} ${flag}`).join(say('listComma')),
                })}
              </Notice>
            )}
            <Steps steps={steps} number={number} />
          </>
        )}
      </Asked>
    </>
  );
}

function Steps({ steps, number }: { readonly steps: readonly Step[]; readonly number: string }) {
  const say = useWords(recordWords);
  const { language } = useLanguage();
  return (
    <Table label={say('traceTitle', { number })}>
      <thead>
        <tr>
          <th scope="col">{say('what')}</th>
          <th scope="col">{say('when')}</th>
          <th scope="col">{say('who')}</th>
          <th scope="col">{say('where')}</th>
          <th scope="col">{say('level')}</th>
          <th scope="col">{say('proof')}</th>
        </tr>
      </thead>
      <tbody>
        {steps.map((step) => (
          <tr key={step.hash}>
            <th scope="row">{entryName(step.what, language)}</th>
            <td>{secondOf(step.when.at)}</td>
            <td>
              <Who step={step} />
            </td>
            <td>{[step.where, step.device].some((one) => one !== null) ? say('kept') : '—'}</td>
            <td>
              <Level level={step.level} />
            </td>
            <td>
              <Proof step={step} number={number} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function Who({ step }: { readonly step: Step }) {
  const say = useWords(recordWords);
  const { language } = useLanguage();
  const { source, party, actor } = step.who;
  const actorName = (): string => {
    if (actor === 'borrower') return say('borrower');
    return actor?.startsWith('staff:') === true ? say('staff') : (actor ?? '');
  };
  const name = party === null ? actorName() : (gatewayWords[party]?.[language] ?? party);
  return [say(`source.${source}`), name].filter((text) => text !== '').join(' · ');
}

/** A C2SP .tlog-proof, for whoever checks it without us. */
function Proof({ step, number }: { readonly step: Step; readonly number: string }) {
  const say = useWords(recordWords);
  const { proof, seq } = step;
  if (proof === null) return <small>{say('proofLater')}</small>;
  const keep = (): void =>
    download(`${number}-${seq}.tlog-proof`, new TextEncoder().encode(proof), 'text/plain');
  return (
    <Button kind="quiet" label={say('proofOf', { n: seq })} onPress={keep}>
      {say('proofGet')}
    </Button>
  );
}
