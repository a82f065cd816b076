import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useSearchParams } from 'react-router';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { CaseTable, type State } from './case-table.tsx';
import { Filters } from './filters.tsx';
import { useMay } from './rules.ts';
import { Title } from './title.tsx';
import { caseWords } from './words/cases.ts';

/** The cases within reach, newest first; filters stand in the address, so that it can be sent. */
export function CasesPage() {
  const say = useWords(caseWords);
  const may = useMay();
  const [filters, setFilters] = useSearchParams();
  const cases = useInfiniteQuery({
    queryKey: ['cases', filters.toString()],
    queryFn: ({ pageParam }) =>
      answerOf(api.GET('/v1/cases', { params: { query: queryOf(filters, pageParam) } })),
    initialPageParam: '',
    getNextPageParam: (page) => page.next ?? undefined,
    placeholderData: (before) => before,
  });
  return (
    <>
      <Title text={say('title')}>
        {may('case.open') === true ? (
          <Link className="button" to="/open">
            {say('openHere')}
          </Link>
        ) : null}
      </Title>
      <Filters filters={filters} onChange={setFilters} />
      <Asked question={cases}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.cases);
          if (rows.length === 0) return <Empty title={say('none')} note={say('noneNote')} />;
          return (
            <>
              <CaseTable rows={rows} />
              <p role="status" className="note">
                {say(cases.hasNextPage ? 'countMore' : 'count', { n: rows.length })}
              </p>
              {cases.hasNextPage ? (
                <Button busy={cases.isFetchingNextPage} onPress={() => void cases.fetchNextPage()}>
                  {say('more')}
                </Button>
              ) : null}
            </>
          );
        }}
      </Asked>
    </>
  );
}

function queryOf(filters: URLSearchParams, cursor: string) {
  const state = filters.get('state');
  const texts = ['product', 'from', 'to'].flatMap((name) => {
    const text = filters.get(name);
    return text === null ? [] : [[name, text] as const];
  });
  return {
    ...(state === null ? {} : { state: state as State }),
    ...Object.fromEntries(texts),
    ...(cursor === '' ? {} : { cursor }),
  };
}
