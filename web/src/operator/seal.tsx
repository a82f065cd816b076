import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from 'react-router';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty, NotPermitted } from './asked.tsx';
import { Section } from './controls.tsx';
import { Digest } from './digest.tsx';
import { useMay, useMe } from './rules.ts';
import { SealActs } from './seal-acts.tsx';
import { SealKinds, SealMark, SealUntil } from './seal-facts.tsx';
import { SealPicture } from './seal-picture.tsx';
import { type Seal, useSeals, useStaffNames } from './seals-of.ts';
import { secondOf } from './shown.ts';
import { Title } from './title.tsx';
import { valueWords } from './words/facts.ts';
import { sealWords } from './words/seals.ts';

/** One seal: what it looks like, what can be done with it, what was done, what it was put on. */
export function SealPage() {
  const say = useWords(sealWords);
  const { id = '' } = useParams();
  const may = useMay()('seal.manage');
  return (
    <>
      <nav aria-label={say('back')}>
        <Link to="/seals">{say('back')}</Link>
      </nav>
      {may === false ? <NotPermitted /> : <Known id={id} />}
    </>
  );
}

function Known({ id }: { readonly id: string }) {
  const say = useWords(sealWords);
  return (
    <Asked question={useSeals()}>
      {(seals) => {
        const seal = seals.find((one) => one.id === id);
        if (seal === undefined) return <Empty title={say('unknown')} />;
        return (
          <>
            <Title text={seal.id}>
              <SealMark standing={seal.standing} />
            </Title>
            <div className="side-by-side">
              <Impression seal={seal} />
              <SealActs seal={seal} />
            </div>
            <History seal={seal} />
            <Uses id={seal.id} />
          </>
        );
      }}
    </Asked>
  );
}

function Impression({ seal }: { readonly seal: Seal }) {
  const say = useWords(sealWords);
  const made = seal.steps.findLast((step) => step.made !== undefined)?.made;
  const paper =
    made === undefined
      ? []
      : ([
          [say('certificate'), <Digest key="c" text={made.certificateSha256} />],
          [say('certificateUntil'), secondOf(made.notAfter)],
        ] as const);
  return (
    <Section title={say('picture')}>
      <div className="seal-sheet">
        <SealPicture id={seal.id} picture={seal.picture} />
      </div>
      <Facts
        rows={[
          [say('documents'), <SealKinds key="k" documents={seal.documents} />],
          [say('until'), <SealUntil key="u" seal={seal} />],
          ...paper,
        ]}
      />
    </Section>
  );
}

/** The steps as they were taken; each is an entry of the log. */
function History({ seal }: { readonly seal: Seal }) {
  const say = useWords(sealWords);
  const names = useStaffNames(useMay()('staff.read') === true);
  const me = useMe();
  if (seal.steps.length === 0) {
    return (
      <Section title={say('history')}>
        <Empty title={say('noHistory')} />
      </Section>
    );
  }
  return (
    <Section title={say('history')}>
      <Table label={say('history')}>
        <thead>
          <tr>
            <th scope="col">{say('at')}</th>
            <th scope="col">{say('what')}</th>
            <th scope="col">{say('by')}</th>
            <th scope="col">{say('why')}</th>
          </tr>
        </thead>
        <tbody>
          {seal.steps.map((step) => (
            <tr key={`${step.act} ${step.at}`}>
              <td>{secondOf(step.at)}</td>
              <td>{say(`act.${step.act}`)}</td>
              <td>
                {names(step.by)}
                {step.by === me.data?.staff ? ` ${say('you')}` : ''}
              </td>
              <td className="free">{step.why}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </Section>
  );
}

function Uses({ id }: { readonly id: string }) {
  const say = useWords(sealWords);
  const { language } = useLanguage();
  const uses = useQuery({
    queryKey: ['seals', id, 'uses'],
    queryFn: () => answerOf(api.GET('/v1/seals/{id}/uses', { params: { path: { id } } })),
  });
  return (
    <Section title={say('uses')} note={say('usesNote')}>
      <Asked question={uses}>
        {({ uses: rows }) =>
          rows.length === 0 ? (
            <Empty title={say('noUses')} />
          ) : (
            <Table label={say('uses')}>
              <thead>
                <tr>
                  <th scope="col">{say('at')}</th>
                  <th scope="col">{say('document')}</th>
                  <th scope="col">{say('entry')}</th>
                </tr>
              </thead>
              <tbody>
                {rows.map((use) => (
                  <tr key={use.entry}>
                    <td>{secondOf(use.at)}</td>
                    <td>{valueWords[use.kind]?.[language] ?? use.kind}</td>
                    <td>
                      <Digest text={use.entry} />
                    </td>
                  </tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </Asked>
    </Section>
  );
}
