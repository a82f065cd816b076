import { useLanguage, useWords } from '../ui/language.tsx';
import { isOver, type Seal } from './seals-of.ts';
import { dayOf } from './shown.ts';
import { valueWords } from './words/facts.ts';
import { sealWords } from './words/seals.ts';

const tones: Readonly<Record<Seal['standing'], string>> = {
  applied: 'warn',
  refused: 'quiet',
  approved: 'warn',
  made: 'warn',
  active: 'good',
  suspended: 'bad',
  destroyed: 'quiet',
};

/** Where a seal stands, in words; the colour only helps to find it. */
export function SealMark({ standing }: Pick<Seal, 'standing'>) {
  const say = useWords(sealWords);
  return <span className={`mark ${tones[standing]}`}>{say(`standing.${standing}`)}</span>;
}

/** Kinds of documents by their names. */
export function SealKinds({ documents }: Pick<Seal, 'documents'>) {
  const say = useWords(sealWords);
  const { language } = useLanguage();
  if (documents.length === 0) return say('nowhere');
  const named = documents.map((kind) => valueWords[kind]?.[language] ?? kind);
  return named.join(language === 'zh' ? '、' : ', ');
}

/** Until when it may be used; an end that has passed says so. */
export function SealUntil({ seal }: { readonly seal: Seal }) {
  const say = useWords(sealWords);
  if (seal.until === null) return seal.documents.length === 0 ? '—' : say('byPaper');
  const day = dayOf(seal.until);
  return isOver(seal, Date.now()) ? say('ended', { day }) : day;
}
