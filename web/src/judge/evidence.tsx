import type { Report } from 'fubie-core';
import { partyWords } from '../phrases/parties.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { roleWords, verdictWords } from './words/verdict.ts';

/** Who ran each witness and each clock: what a quorum is worth depends on it. */
export function EvidenceView({ report }: { readonly report: Report }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { evidence } = report;
  if (evidence === undefined) return null;
  return (
    <section className="card" aria-labelledby="witnesses">
      <h3 id="witnesses">{say('witnesses')}</h3>
      <p>
        {say('case')} <code>{evidence.case}</code> · {say('entries')} {evidence.entries} ·{' '}
        {say('level')} {evidence.level}
      </p>
      {evidence.selfAttested && <p className="said">{say('selfAttested')}</p>}
      <Table label={say('witnesses')}>
        <thead>
          <tr>
            <th scope="col">{say('witnessName')}</th>
            <th scope="col">{say('witnessRole')}</th>
            <th scope="col">{say('witnessOperator')}</th>
            <th scope="col">{say('witnessHow')}</th>
          </tr>
        </thead>
        <tbody>
          {evidence.keys.map(({ name, role, operator, independence }) => (
            <tr key={`${role} ${name}`}>
              <th scope="row" className="exact">
                {partyWords[name]?.[language] ?? name}
              </th>
              <td>{roleWords[role]?.[language] ?? role}</td>
              <td className="free">{operator}</td>
              <td>{say(independence)}</td>
            </tr>
          ))}
        </tbody>
      </Table>
    </section>
  );
}
