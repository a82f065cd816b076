/** The application form: which field stands on which page, and how each is checked. Pure. */
import type { Product } from '../api/answers.ts';
import type { Draft } from '../device/draft.ts';
import {
  addressCheck,
  amountCheck,
  type Check,
  type Complaint,
  cardCheck,
  choiceCheck,
  idNumberCheck,
  nameCheck,
  phoneCheck,
  plain,
} from './checks.ts';
import { fenOf } from './money.ts';
import { type FormPage, formPages } from './story.ts';

export const fieldsOfPage = {
  who: ['name', 'idNumber'],
  reach: ['phone', 'address'],
  account: ['card'],
  loan: ['amount', 'term', 'purpose'],
  review: [],
} as const satisfies Readonly<Record<FormPage, readonly string[]>>;

export type FieldName = (typeof fieldsOfPage)[FormPage][number];

export type Complaints = Partial<Record<FieldName, Complaint>>;

export function complaintsOf(page: FormPage, draft: Draft, product: Product): Complaints {
  const checks = checksFor(product);
  const complaints: Complaints = {};
  for (const field of fieldsOfPage[page]) {
    const complaint = checks[field](draft[field] ?? '');
    if (complaint !== undefined) complaints[field] = complaint;
  }
  return complaints;
}

function checksFor(product: Product): Readonly<Record<FieldName, Check>> {
  return {
    name: nameCheck,
    idNumber: idNumberCheck,
    phone: phoneCheck,
    address: addressCheck,
    card: cardCheck,
    amount: amountCheck(product),
    term: choiceCheck(product.termMonths.map(String)),
    purpose: choiceCheck(product.purposes.map(({ code }) => code)),
  };
}

/** The first page that still has something to mend; `review` when none has. */
export function pageDue(draft: Draft, product: Product): FormPage {
  const due = formPages.find((page) => Object.keys(complaintsOf(page, draft, product)).length > 0);
  return due ?? 'review';
}

export function nextPage(page: FormPage): FormPage {
  return formPages[formPages.indexOf(page) + 1] ?? 'review';
}

/** What is submitted: numbers without the blanks that a keyboard puts in. */
export function submissionOf(draft: Draft) {
  const text = (name: FieldName): string => (draft[name] ?? '').trim();
  return {
    applicant: {
      name: text('name'),
      idNumber: plain(text('idNumber')),
      card: plain(text('card')),
      phone: plain(text('phone')),
      address: text('address'),
    },
    terms: {
      amountFen: fenOf(text('amount')) ?? '',
      termMonths: Number(text('term')),
      purpose: text('purpose'),
    },
  };
}
