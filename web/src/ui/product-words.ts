/** A product and its purposes in the reader's language; what has no English name keeps its own. */
import type { components } from '../api/schema.d.ts';
import type { Language } from './language.tsx';

type Product = components['schemas']['GetProductsAnswer']['products'][number];

export function productName({ name, english }: Product, language: Language): string {
  return language === 'zh' ? name : english.name;
}

export function purposeName(
  { purposes }: Product,
  code: string,
  language: Language,
): string | undefined {
  const purpose = purposes.find((one) => one.code === code);
  return language === 'zh' ? purpose?.title : purpose?.english;
}
