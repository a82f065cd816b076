import { useQuery } from '@tanstack/react-query';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { Section } from './controls.tsx';
import { useNames } from './rules.ts';
import { grouped } from './shown.ts';
import { houseWords } from './words/house.ts';

/** What people said afterwards, by product and channel (S1-29). */
export function Satisfaction() {
  const say = useWords(houseWords);
  const names = useNames();
  const satisfaction = useQuery({
    queryKey: ['satisfaction'],
    queryFn: () => answerOf(api.GET('/v1/desk/satisfaction')),
  });
  return (
    <Section title={say('satisfaction')} note={say('satisfactionNote')}>
      <Asked question={satisfaction}>
        {({ products }) =>
          products.length === 0 ? (
            <Empty title={say('noScores')} />
          ) : (
            <Table label={say('satisfaction')}>
              <thead>
                <tr>
                  <th scope="col">{say('product')}</th>
                  <th scope="col">{say('channel')}</th>
                  <Heads />
                  <th scope="col" className="number">
                    {say('answers')}
                  </th>
                  <th scope="col" className="number">
                    {say('mean')}
                  </th>
                </tr>
              </thead>
              <tbody>
                {products.map(({ product, entrance, scores }) => (
                  <tr key={`${product} ${entrance}`}>
                    <th scope="row">{names.product(product)}</th>
                    <td>{say(`entrance.${entrance ?? 'none'}`)}</td>
                    {scores.map((count, at) => (
                      // The score is the place.
                      <td key={at} className="number">
                        {grouped(count)}
                      </td>
                    ))}
                    <td className="number">{grouped(answersIn(scores))}</td>
                    <td className="number">{meanOf(scores)}</td>
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

function Heads() {
  const say = useWords(houseWords);
  return [1, 2, 3, 4, 5].map((n) => (
    <th key={n} scope="col" className="number">
      {say('scoreOf', { n })}
    </th>
  ));
}

function answersIn(scores: readonly number[]): number {
  return scores.reduce((sum, count) => sum + count, 0);
}

/** To one tenth; the scores are 1, 2, 3 … in the order of their counts. */
export function meanOf(scores: readonly number[]): string {
  const answers = answersIn(scores);
  if (answers === 0) return '—';
  return (scores.reduce((sum, count, at) => sum + count * (at + 1), 0) / answers).toFixed(1);
}
