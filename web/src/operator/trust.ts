/**
 * Whose signatures under a checkpoint count, and who runs each: the institution's trust folder, as
 * the house hands it to any verifier.
 */
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from './api.ts';

export type Independence = 'own' | 'declared' | 'attested';

export interface Operator {
  readonly name: string;
  readonly operator: string;
  readonly independence: Independence;
}

/** Texts of keys and the list of who runs them. */
export interface TrustTexts {
  readonly logs: readonly string[];
  readonly witnesses: readonly string[];
  readonly operators: readonly Operator[];
  readonly policy: Policy;
}

export interface Policy {
  readonly sentinel: string;
  readonly voters: readonly string[];
  readonly mirrors: readonly string[];
  readonly quorum: number;
}

export function useTrust() {
  return useQuery({
    queryKey: ['trust'],
    queryFn: async () => textsIn((await answerOf(api.GET('/v1/trust'))).files),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Nobody is independent until the list says so. */
export function isSelfAttested({ policy, operators }: TrustTexts): boolean {
  const others = policy.voters.filter((voter) =>
    operators.some(({ name, independence }) => name === voter && independence !== 'own'),
  );
  return others.length < policy.quorum;
}

function textsIn(files: Readonly<Record<string, string>>): TrustTexts {
  const under = (folder: string) =>
    Object.keys(files)
      .filter((path) => path.startsWith(`${folder}/`) && path.endsWith('.vkey'))
      .map((path) => textOf(files[path]).trimEnd());
  const json = (path: string) => recordOf(JSON.parse(textOf(files[path]) || '{}'));
  const policy = json('policy.json');
  return {
    logs: under('logs'),
    witnesses: under('witnesses'),
    operators: listOf(json('operators.json')['keys']).map(operatorOf),
    policy: {
      sentinel: typeof policy['sentinel'] === 'string' ? policy['sentinel'] : '',
      voters: listOf(policy['voters']).map(String),
      mirrors: listOf(policy['mirrors']).map(String),
      quorum: Number(policy['quorum'] ?? 0),
    },
  };
}

function operatorOf(told: unknown): Operator {
  const { name, operator, independence } = recordOf(told);
  const known = (['declared', 'attested'] as const).find((one) => one === independence);
  return { name: String(name), operator: String(operator), independence: known ?? 'own' };
}

function textOf(base64: string | undefined): string {
  const bytes = Uint8Array.from(atob(base64 ?? ''), (letter) => letter.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}

function recordOf(told: unknown): Readonly<Record<string, unknown>> {
  return typeof told === 'object' && told !== null ? { ...told } : {};
}

function listOf(told: unknown): readonly unknown[] {
  return Array.isArray(told) ? told : [];
}
