import { useLanguage } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import type { Act } from './act.ts';

/** Says what the house refused, in its own words, where the person is looking. */
export function Refused({ act }: { readonly act: Pick<Act, 'refusal'> }) {
  const { language } = useLanguage();
  if (act.refusal === undefined) return null;
  return <Notice tone="bad">{act.refusal.in(language)}</Notice>;
}
