/**
 * Which language a page speaks, and how a component says something in it.
 *
 * Chinese first, English second; both stand beside each other in one table per page, so that a
 * missing half does not compile. `{name}` in a sentence is a place for a value.
 */
import {
  createContext,
  type ReactNode,
  use,
  useCallback,
  useEffect,
  useMemo,
  useState,
} from 'react';
import { keep, kept } from './preferences.ts';

export type Language = 'zh' | 'en';

export interface Words {
  readonly zh: string;
  readonly en: string;
}

export type Values = Readonly<Record<string, string | number>>;

const LanguageContext = createContext<{
  readonly language: Language;
  readonly choose: (language: Language) => void;
}>({ language: 'zh', choose: () => {} });

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(kept('language') === 'en' ? 'en' : 'zh');
  const choose = useCallback((next: Language) => {
    keep('language', next);
    setLanguage(next);
  }, []);
  useEffect(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const value = useMemo(() => ({ language, choose }), [language, choose]);
  return <LanguageContext value={value}>{children}</LanguageContext>;
}

export const useLanguage = () => use(LanguageContext);

/** `const say = useWords(words); say('title', { n: 3 })`. */
export function useWords<Key extends string>(
  table: Readonly<Record<Key, Words>>,
): (key: Key, values?: Values) => string {
  const { language } = useLanguage();
  return useCallback((key, values) => filled(table[key][language], values), [table, language]);
}

export function filled(sentence: string, values: Values = {}): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}
