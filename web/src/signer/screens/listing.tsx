import type { CaseDocument } from '../../api/answers.ts';
import { useWords } from '../../ui/language.tsx';
import { phrased } from '../../ui/phrased.tsx';
import { signingWords } from '../words/signing.ts';

/** Every document that one code signs. */
export function Listing({ documents }: { readonly documents: readonly CaseDocument[] }) {
  const say = useWords(signingWords);
  return (
    <section className="card">
      <h2>{phrased(say('documents', { n: documents.length }))}</h2>
      <ul className="rows">
        {documents.map(({ id, title }) => (
          <li key={id}>{title}</li>
        ))}
      </ul>
    </section>
  );
}
