/** How the house stands: what `/v1/status` says, which is a record by its contract. */
import { useQuery } from '@tanstack/react-query';
import { answerOf, api } from './api.ts';
import { useMay } from './rules.ts';

export interface Alarm {
  readonly code: string;
  readonly detail: string;
}

export interface Status {
  readonly mode: string;
  readonly simulators: readonly string[];
  readonly certificationAuthority: string;
  readonly timeSource: string;
  readonly log: { readonly l1: number; readonly l2: number };
  readonly alarms: readonly Alarm[];
}

const refetchMs = 15_000;

export function useStatus() {
  const isAllowed = useMay()('status.read') !== false;
  return useQuery({
    queryKey: ['status'],
    queryFn: async () => statusOf(await answerOf(api.GET('/v1/status'))),
    enabled: isAllowed,
    refetchInterval: refetchMs,
  });
}

/** A member that is missing stands as unknown, never as well. */
function statusOf(told: Readonly<Record<string, unknown>>): Status {
  const log = recordOf(told['log']);
  return {
    mode: textOf(told['mode']),
    simulators: listOf(told['simulators']).map(textOf),
    certificationAuthority: textOf(told['certificationAuthority']),
    timeSource: textOf(told['timeSource']),
    log: { l1: Number(log['l1'] ?? 0), l2: Number(log['l2'] ?? 0) },
    alarms: listOf(told['alarms']).map((one) => {
      const { code, detail } = recordOf(one);
      return { code: textOf(code), detail: typeof detail === 'string' ? detail : '' };
    }),
  };
}

function recordOf(told: unknown): Readonly<Record<string, unknown>> {
  return typeof told === 'object' && told !== null ? { ...told } : {};
}

function listOf(told: unknown): readonly unknown[] {
  return Array.isArray(told) ? told : [];
}

function textOf(told: unknown): string {
  return typeof told === 'string' ? told : '—';
}
