import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { type Block, signersOf } from './checks.ts';
import { Digest } from './digest.tsx';
import { grouped, secondOf } from './shown.ts';
import { Title } from './title.tsx';
import { houseWords } from './words/house.ts';

/** The blocks of the evidence log, newest first. */
export function LogPage() {
  const say = useWords(houseWords);
  const blocks = useInfiniteQuery({
    queryKey: ['blocks'],
    queryFn: ({ pageParam }) => {
      const query = pageParam === undefined ? {} : { before: pageParam };
      return answerOf(api.GET('/v1/log/blocks', { params: { query } }));
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ blocks: rows }) => {
      const last = rows.at(-1);
      return last === undefined || last.from === 0 ? undefined : last.size;
    },
  });
  return (
    <>
      <Title text={say('logTitle')}>
        <p className="note">{say('logNote')}</p>
      </Title>
      <Asked question={blocks}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.blocks);
          if (rows.length === 0)
            return <Empty title={say('noBlocks')} note={say('noBlocksNote')} />;
          return (
            <>
              <BlockTable rows={rows} />
              {blocks.hasNextPage ? (
                <Button
                  busy={blocks.isFetchingNextPage}
                  onPress={() => void blocks.fetchNextPage()}
                >
                  {say('older')}
                </Button>
              ) : null}
            </>
          );
        }}
      </Asked>
    </>
  );
}

function BlockTable({ rows }: { readonly rows: readonly Block[] }) {
  const say = useWords(houseWords);
  return (
    <Table label={say('logTitle')}>
      <thead>
        <tr>
          <th scope="col">{say('height')}</th>
          <th scope="col">{say('drafted')}</th>
          <th scope="col" className="number">
            {say('size')}
          </th>
          <th scope="col" className="number">
            {say('fresh')}
          </th>
          <th scope="col" className="number">
            {say('signers')}
          </th>
          <th scope="col">{say('root')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((block) => (
          <tr key={block.size}>
            <th scope="row">
              <Link to={`/log/${block.size}`}>{say('block', { n: block.height })}</Link>
            </th>
            <td>{secondOf(block.at)}</td>
            <td className="number">{grouped(block.size)}</td>
            <td className="number">{grouped(block.size - block.from)}</td>
            <td className="number">{signersOf(block).length}</td>
            <td>
              <Digest text={block.root} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}
