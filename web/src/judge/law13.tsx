import type { SignatureReport } from 'fubie-core';
import { type Language, useLanguage, useWords } from '../ui/language.tsx';
import { Mark } from './mark.tsx';
import type { Judged } from './messages.ts';
import { sentence } from './sentences.ts';
import { law13Words, verdictWords } from './words/verdict.ts';

const conditions = ['ownData', 'ownControl', 'signatureFixed', 'contentFixed'] as const;

type Condition = (typeof conditions)[number];

/** 电子签名法 13: the law's four questions about one signature, each with what its answer rests on. */
export function Law13View(props: { readonly signature: SignatureReport; readonly judged: Judged }) {
  const { signature, judged } = props;
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const fact = useFacts(signature);
  return (
    <div>
      <h5>{say('law13')}</h5>
      <ol className="law13">
        {conditions.map((name) => (
          <li key={name}>
            <span>{law13Words[name].asks[language]}</span>
            <Mark is={signature.law13[name]} />
            <span className="soft">
              {reasonOf(name, { signature, judged }, language)}
              {fact[name]}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** The finding that the answer rests on; where there is none, what such an answer means. */
function reasonOf(
  name: Condition,
  { signature, judged }: { readonly signature: SignatureReport; readonly judged: Judged },
  language: Language,
): string {
  const { law13 } = signature;
  const because = law13.because[name];
  if (because === undefined || because === 'not_shown_by_file') {
    return law13Words[name][law13[name]][language];
  }
  return sentence(judged.flaws, because, language);
}

/** What this signature brings to each condition, in its own figures. */
function useFacts(signature: SignatureReport): Partial<Record<Condition, string>> {
  const say = useWords(verdictWords);
  const { signer, algorithm, covers, changesAfter } = signature;
  return {
    ...(signer === '' ? {} : { ownData: ` ${say('factOwnData', { signer })}` }),
    signatureFixed: ` ${say('factSignature', { algorithm })}`,
    contentFixed: ` ${say('factContent', {
      covers: say(`covers_${covers}`),
      changes: say(`changes_${changesAfter}`),
    })}`,
  };
}
