/** The seals of the institution as the house tells them, and what may be done next. */
import { useQuery } from '@tanstack/react-query';
import type { components } from '../api/schema.d.ts';
import { answerOf, api } from './api.ts';
import type { Permission } from './rules.ts';

type Told = components['schemas']['GetSealsAnswer']['seals'][number];

/** What the key keeper's ceremony made, and what its paper covers. */
interface Made {
  readonly certificateSha256: string;
  readonly notAfter: string;
  readonly documents: readonly string[];
  readonly until: string;
}

export type Step = Told['steps'][number] & { readonly made?: Made | undefined };
export type Seal = Omit<Told, 'steps'> & { readonly steps: readonly Step[] };
/** What staff can do with a seal here; `make` and `renew` belong to the keeper of the keys. */
export type Act = Exclude<Step['act'], 'apply' | 'make' | 'renew'>;

/** Who may do it, and whose word before it must not have been the same person's. */
interface Rule {
  readonly from: readonly Seal['standing'][];
  readonly needs: Permission;
  readonly notBy: readonly Step['act'][];
}

/** As `src/business/seal/seal.ts` has it; the house judges again, the page only does not offer. */
const rules: Readonly<Record<Act, Rule>> = {
  approve: { from: ['applied'], needs: 'seal.decide', notBy: ['apply'] },
  refuse: { from: ['applied'], needs: 'seal.decide', notBy: ['apply'] },
  authorise: { from: ['made', 'active'], needs: 'seal.decide', notBy: ['apply', 'make'] },
  suspend: { from: ['active'], needs: 'seal.manage', notBy: [] },
  resume: { from: ['suspended'], needs: 'seal.decide', notBy: ['suspend'] },
  destroy: {
    from: ['approved', 'made', 'suspended'],
    needs: 'seal.decide',
    notBy: ['suspend', 'make'],
  },
};
/** What an institution puts a seal on, where no paper says less. */
const sealable = ['loan-contract', 'report'] as const;
const acts = [
  'approve',
  'refuse',
  'authorise',
  'resume',
  'suspend',
  'destroy',
] as const satisfies readonly Act[];

/** What can follow, and what keeps this reader from it. */
export interface Next {
  readonly offered: readonly Act[];
  /** `another` where he took the step before, `forbidden` where he lacks the permission. */
  readonly kept: 'another' | 'forbidden' | undefined;
}

export function nextOf(
  { standing, steps }: Pick<Seal, 'standing' | 'steps'>,
  reader: { readonly staff: string; readonly may: (permission: Permission) => boolean },
): Next {
  const following = acts.filter((act) => rules[act].from.includes(standing));
  const allowed = following.filter((act) => reader.may(rules[act].needs));
  const tookOne = (act: Act) =>
    rules[act].notBy.some(
      (other) => steps.findLast((step) => step.act === other)?.by === reader.staff,
    );
  const offered = allowed.filter((act) => !tookOne(act));
  if (offered.length > 0 || following.length === 0) return { offered, kept: undefined };
  return { offered, kept: allowed.length > 0 ? 'another' : 'forbidden' };
}

export function useSeals() {
  return useQuery({
    queryKey: ['seals'],
    queryFn: async (): Promise<readonly Seal[]> => (await answerOf(api.GET('/v1/seals'))).seals,
  });
}

/** What an authorisation may name, and until when: what the keeper's paper covers. */
export function kindsOf({ documents, steps }: Pick<Seal, 'documents' | 'steps'>): {
  readonly kinds: readonly string[];
  readonly until: string | undefined;
} {
  const made = steps.findLast((step) => step.made !== undefined)?.made;
  const kinds = made?.documents ?? (documents.length > 0 ? documents : sealable);
  return { kinds, until: made?.until };
}

/** Logins instead of ids, for those whom the reader may know of. */
export function useStaffNames(isAllowed: boolean): (id: string) => string {
  const { data } = useQuery({
    queryKey: ['staff'],
    queryFn: () => answerOf(api.GET('/v1/staff')),
    enabled: isAllowed,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (id) => data?.staff.find((one) => one.id === id)?.login ?? id;
}

/** Whether an authorisation is over; `now` in milliseconds since 1970. */
export function isOver({ until }: Pick<Seal, 'until'>, now: number): boolean {
  return until !== null && Date.parse(until) <= now;
}
