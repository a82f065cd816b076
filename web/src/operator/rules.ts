/** What the reader may do here, and how codes are called: asked once, good for the session. */
import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/schema.d.ts';
import { useLanguage } from '../ui/language.tsx';
import { productName } from '../ui/product-words.ts';
import { answerOf, api } from './api.ts';

export type Rules = components['schemas']['GetDeskRulesAnswer'];
export type Permission =
  | 'case.list'
  | 'case.find'
  | 'case.open'
  | 'case.unmask'
  | 'case.decide'
  | 'package.build'
  | 'package.legal'
  | 'seal.manage'
  | 'seal.decide'
  | 'staff.read'
  | 'status.read';

export function useRules(): Rules | undefined {
  const { data } = useQuery({
    queryKey: ['rules'],
    queryFn: () => answerOf(api.GET('/v1/desk/rules')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return data;
}

/** Who is logged in here. */
export function useMe() {
  return useQuery({
    queryKey: ['me'],
    queryFn: () => answerOf(api.GET('/v1/sessions/current')),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** `may('case.unmask')`: undefined while it is not known. */
export function useMay(): (permission: Permission) => boolean | undefined {
  const rules = useRules();
  return (permission) => rules?.permissions.includes(permission);
}

export interface Names {
  readonly product: (code: string) => string;
  readonly unit: (code: string) => string;
  /** Codes of roles, joined as the language does it. */
  readonly roles: string;
  readonly products: readonly { readonly id: string; readonly name: string }[];
}

/** Names instead of codes; a code that nobody names stands as it is. */
export function useNames(): Names {
  const { language } = useLanguage();
  const rules = useRules();
  const { data } = useQuery({
    queryKey: ['products'],
    queryFn: () => answerOf(api.GET('/v1/products')),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const products = (data?.products ?? []).map((product) => ({
    id: product.id,
    name: productName(product, language),
  }));
  return {
    products,
    product: (code) => products.find(({ id }) => id === code)?.name ?? code,
    unit: (code) => rules?.units.find((unit) => unit.code === code)?.name ?? code,
    roles: (rules?.roles ?? []).map((role) => role[language]).join(language === 'zh' ? '、' : ', '),
  };
}
