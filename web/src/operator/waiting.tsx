import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { stateWords } from '../phrases/house.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { Section } from './controls.tsx';
import { grouped, minuteOf } from './shown.ts';
import { houseWords } from './words/house.ts';

const actors = ['staff', 'house', 'person'] as const;

/** What waits for whom, staff first: that is what the reader can do something about. */
export function Waiting() {
  const say = useWords(houseWords);
  const { language } = useLanguage();
  const waiting = useQuery({
    queryKey: ['waiting'],
    queryFn: () => answerOf(api.GET('/v1/desk/waiting')),
  });
  return (
    <Section title={say('waitingTitle')}>
      <Asked question={waiting}>
        {({ waiting: rows }) =>
          rows.length === 0 ? (
            <Empty title={say('waitingNone')} />
          ) : (
            <Table label={say('waitingTitle')}>
              <thead>
                <tr>
                  <th scope="col">{say('waitsFor')}</th>
                  <th scope="col">{say('state')}</th>
                  <th scope="col" className="number">
                    {say('cases')}
                  </th>
                  <th scope="col">{say('since')}</th>
                </tr>
              </thead>
              <tbody>
                {actors.flatMap((actor) =>
                  rows
                    .filter(({ waitsFor }) => waitsFor === actor)
                    .map((row) => (
                      <tr key={row.state}>
                        <th scope="row">{say(`waits.${actor}`)}</th>
                        <td>
                          <Link to={`/?state=${row.state}`}>
                            {stateWords[row.state]?.[language] ?? row.state}
                          </Link>
                        </td>
                        <td className="number">{grouped(row.cases)}</td>
                        <td>{minuteOf(row.since)}</td>
                      </tr>
                    )),
                )}
              </tbody>
            </Table>
          )
        }
      </Asked>
    </Section>
  );
}
