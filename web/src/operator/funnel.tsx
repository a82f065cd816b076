import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/schema.d.ts';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { Section } from './controls.tsx';
import { useNames } from './rules.ts';
import { Satisfaction } from './satisfaction.tsx';
import { grouped } from './shown.ts';
import { Title } from './title.tsx';
import { Waiting } from './waiting.tsx';
import { houseWords } from './words/house.ts';

type Product = components['schemas']['GetDeskFunnelAnswer']['products'][number];

const steps = ['opened', 'applied', 'authenticated', 'approved', 'read', 'signed', 'paid'] as const;

/** What waits for whom now, and how far the cases of each product got. */
export function FunnelPage() {
  const say = useWords(houseWords);
  const funnel = useQuery({
    queryKey: ['funnel'],
    queryFn: () => answerOf(api.GET('/v1/desk/funnel')),
  });
  return (
    <>
      <Title text={say('funnelTitle')} />
      <Waiting />
      <Section title={say('funnel')} note={say('funnelNote')}>
        <Asked question={funnel}>
          {({ products }) =>
            products.length === 0 ? (
              <Empty title={say('noCases')} note={say('noCasesNote')} />
            ) : (
              products.map((product) => (
                <OneFunnel key={`${product.product} ${product.entrance}`} product={product} />
              ))
            )
          }
        </Asked>
      </Section>
      <Satisfaction />
    </>
  );
}

function OneFunnel({ product }: { readonly product: Product }) {
  const say = useWords(houseWords);
  const entrance = say(`entrance.${product.entrance ?? 'none'}`);
  const name = `${useNames().product(product.product)} · ${entrance}`;
  const counts: Readonly<Record<string, number>> = product.steps;
  const opened = counts['opened'] ?? 0;
  const rows = [
    ...steps.map((step) => ({ key: step, label: say(`step.${step}`), count: counts[step] ?? 0 })),
    { key: 'abandoned', label: say('abandoned'), count: product.abandoned },
  ];
  return (
    <Table label={name} className="funnel">
      <caption>{name}</caption>
      <thead>
        <tr>
          <th scope="col">{say('step')}</th>
          <th scope="col" className="number">
            {say('cases')}
          </th>
          <th scope="col" className="number">
            {say('share')}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {rows.map(({ key, label, count }) => (
          <tr key={key} className={key}>
            <th scope="row">{label}</th>
            <td className="number">{grouped(count)}</td>
            <td className="number">{percent(count, opened)}</td>
            <td aria-hidden="true" className="bar">
              <progress value={count} max={Math.max(opened, 1)} />
            </td>
          </tr>
        ))}
      </tbody>
    </Table>
  );
}

function percent(part: number, whole: number): string {
  return whole === 0 ? '—' : `${Math.round((part * 100) / whole)}%`;
}
