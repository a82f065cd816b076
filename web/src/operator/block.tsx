import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { entryWords } from '../phrases/house.ts';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked } from './asked.tsx';
import { Continuity, Inclusion, Signers } from './block-checks.tsx';
import type { Whole } from './checks.ts';
import { Section } from './controls.tsx';
import { Digest } from './digest.tsx';
import { grouped, secondOf } from './shown.ts';
import { Title } from './title.tsx';
import { houseWords } from './words/house.ts';

/** One block: whose signatures hold, that it continues the one before, its entries with proofs. */
export function BlockPage() {
  const say = useWords(houseWords);
  const { size = '' } = useParams();
  const block = useQuery({
    queryKey: ['block', size],
    queryFn: () => {
      const params = { path: { size: Number(size) } };
      return answerOf(api.GET('/v1/log/blocks/{size}', { params }));
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <nav aria-label={say('allBlocks')}>
        <Link to="/log">{say('allBlocks')}</Link>
      </nav>
      <Asked question={block}>
        {(whole) => (
          <>
            <Head whole={whole} />
            <Section title={say('signatures')} note={say('signaturesNote')}>
              <Signers block={whole.block} />
            </Section>
            <Section title={say('entries')} note={say('entriesNote')}>
              <Entries whole={whole} />
            </Section>
          </>
        )}
      </Asked>
    </>
  );
}

function Head({ whole }: { readonly whole: Whole }) {
  const say = useWords(houseWords);
  const { block } = whole;
  return (
    <>
      <Title text={say('block', { n: block.height })} />
      <div className="summary">
        <Facts
          rows={[
            [say('drafted'), secondOf(block.at)],
            [say('size'), grouped(block.size)],
            [say('root'), <Digest key="root" text={block.root} />],
            [
              say('previous'),
              block.previousRoot === null ? (
                say('first')
              ) : (
                <Digest key="previous" text={block.previousRoot} />
              ),
            ],
          ]}
        />
      </div>
      {block.previousRoot === null ? null : <Continuity whole={whole} />}
    </>
  );
}

function Entries({ whole }: { readonly whole: Whole }) {
  const say = useWords(houseWords);
  const { language } = useLanguage();
  return (
    <Table label={say('entries')}>
      <thead>
        <tr>
          <th scope="col" className="number">
            {say('index')}
          </th>
          <th scope="col">{say('event')}</th>
          <th scope="col">{say('drafted')}</th>
          <th scope="col">{say('caseTag')}</th>
          <th scope="col">{say('proof')}</th>
        </tr>
      </thead>
      <tbody>
        {whole.entries.map((entry) => (
          <tr key={entry.index}>
            <th scope="row" className="number">
              {grouped(entry.index)}
            </th>
            <td>{entryWords[entry.type]?.[language] ?? entry.type}</td>
            <td>{secondOf(entry.at)}</td>
            <td>
              <Digest text={entry.caseTag} />
            </td>
            <td>
              <Inclusion index={entry.index} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
