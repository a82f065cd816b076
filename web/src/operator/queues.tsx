import type { components } from '../api/schema.d.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { Section } from './controls.tsx';
import { grouped, minuteOf } from './shown.ts';
import { Verdict } from './verdict.tsx';
import { houseWords, workWords } from './words/house.ts';

type Seen = components['schemas']['GetDeskGlanceAnswer'];

/** What still has to be done behind the desks: kinds, how many, since when, how often tried. */
export function Queues({ work, stamps }: Pick<Seen, 'work' | 'stamps'>) {
  const say = useWords(houseWords);
  const { language } = useLanguage();
  return (
    <Section title={say('queues')}>
      <p>
        <Verdict is={stamps.missing === 0 ? 'valid' : 'invalid'}>
          {say('stamps', { open: grouped(stamps.open), missing: grouped(stamps.missing) })}
        </Verdict>
      </p>
      {work.length === 0 ? (
        <p>
          <Verdict is="valid">{say('noWork')}</Verdict>
        </p>
      ) : (
        <Table label={say('queues')}>
          <thead>
            <tr>
              <th scope="col">{say('work')}</th>
              <th scope="col" className="number">
                {say('waiting')}
              </th>
              <th scope="col">{say('due')}</th>
              <th scope="col" className="number">
                {say('tries')}
              </th>
            </tr>
          </thead>
          <tbody>
            {work.map((one) => (
              <tr key={one.kind}>
                <th scope="row">{workWords[one.kind]?.[language] ?? one.kind}</th>
                <td className="number">{grouped(one.count)}</td>
                <td>{minuteOf(one.due)}</td>
                <td className="number">{one.triesMax}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      )}
    </Section>
  );
}
