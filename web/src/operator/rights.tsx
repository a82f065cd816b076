import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Button } from '../ui/button.tsx';
import { inFours } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { useNames } from './rules.ts';
import { minuteOf, yuanOf } from './shown.ts';
import { Title } from './title.tsx';
import { recordWords } from './words/record.ts';

/** The rights that contracts gave, as the log says they stand: an asset view without a second book. */
export function RightsPage() {
  const say = useWords(recordWords);
  const names = useNames();
  const asked = useInfiniteQuery({
    queryKey: ['rights'],
    queryFn: ({ pageParam }) => {
      const query = pageParam === undefined ? {} : { cursor: pageParam };
      return answerOf(api.GET('/v1/rights', { params: { query } }));
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next ?? undefined,
  });
  const rights = asked.data?.pages.flatMap((page) => page.rights) ?? [];
  return (
    <>
      <Title text={say('rightsTitle')}>
        <p className="note">{say('rightsNote')}</p>
      </Title>
      <Asked question={asked}>
        {() => (
          <>
            {rights.length === 0 ? (
              <Empty title={say('rightsNone')} note={say('rightsNoneNote')} />
            ) : (
              <Table label={say('rightsTitle')}>
                <thead>
                  <tr>
                    <th scope="col">{say('number')}</th>
                    <th scope="col">{say('right')}</th>
                    <th scope="col" className="number">
                      {say('amount')}
                    </th>
                    <th scope="col">{say('product')}</th>
                    <th scope="col">{say('since')}</th>
                    <th scope="col">{say('basis')}</th>
                  </tr>
                </thead>
                <tbody>
                  {rights.map((right) => (
                    <tr key={right.case}>
                      <th scope="row">
                        <Link to={`/cases/${right.case}`}>{inFours(right.preservationNumber)}</Link>
                      </th>
                      <td>
                        <span className={`mark ${right.state === 'settled' ? 'quiet' : 'plain'}`}>
                          {say(`right.${right.state}`)}
                        </span>
                      </td>
                      <td className="number">
                        {right.amountFen === null ? '—' : yuanOf(right.amountFen)}
                      </td>
                      <td className="free">{names.product(right.product)}</td>
                      <td>{minuteOf(right.since)}</td>
                      <td>
                        <Link to={`/traces/${right.preservationNumber}`}>
                          {say('entryOf', { n: right.seq })}
                        </Link>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </Table>
            )}
            {asked.hasNextPage && (
              <Button busy={asked.isFetchingNextPage} onPress={() => void asked.fetchNextPage()}>
                {say('more')}
              </Button>
            )}
          </>
        )}
      </Asked>
    </>
  );
}
