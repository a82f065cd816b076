import { witnessWords } from '../phrases/parties.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import type { TrustTexts } from './trust.ts';
import { houseWords } from './words/house.ts';

/** What a signer of the log is called; one that nobody named stands by its key's name. */
export function SignerName({ name, isLog }: { readonly name: string; readonly isLog: boolean }) {
  const { language } = useLanguage();
  const key = isLog ? 'log' : name;
  return <>{witnessWords[key]?.[language] ?? name}</>;
}

/** Who runs it, and on whose word. */
export function WhoRuns({ name, trust }: { readonly name: string; readonly trust: TrustTexts }) {
  const say = useWords(houseWords);
  const found = trust.operators.find((one) => one.name === name);
  if (found === undefined) return <>{say('operatorUnknown')}</>;
  return (
    <>
      {found.operator} <span className="mark plain">{say(`run.${found.independence}`)}</span>
    </>
  );
}
