import { consentWords } from '../phrases/consents.ts';
import { entryWords } from '../phrases/house.ts';
import type { Language } from './language.tsx';

/** What an entry is called; a decision that was a no says so. */
export function entryName(
  { type, facts }: { readonly type: string; readonly facts: Readonly<Record<string, unknown>> },
  language: Language,
): string {
  if (type === 'consent.signed' && facts['decision'] === 'refused') {
    const about = consentWords[String(facts['kind'])]?.[language];
    const refused = language === 'zh' ? '不同意' : 'Consent refused';
    if (about === undefined) return refused;
    return language === 'zh' ? `${refused}：${about}` : `${refused}: ${about}`;
  }
  const name = entryWords[type]?.[language] ?? type;
  const about = consentWords[String(facts['kind'])]?.[language];
  if (type === 'consent.signed' && about !== undefined) {
    return language === 'zh' ? `同意：${about}` : `Consent: ${about}`;
  }
  return name.slice(0, 1).toUpperCase() + name.slice(1);
}
