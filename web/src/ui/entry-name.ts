import { entryWords } from '../phrases/house.ts';
import type { Language } from './language.tsx';

/** What an entry is called; a decision that was a no says so. */
export function entryName(
  { type, facts }: { readonly type: string; readonly facts: Readonly<Record<string, unknown>> },
  language: Language,
): string {
  if (type === 'consent.signed' && facts['decision'] === 'refused') {
    return language === 'zh' ? '不同意' : 'Consent refused';
  }
  const name = entryWords[type]?.[language] ?? type;
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
