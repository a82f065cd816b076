/**
 * The last screen's course: ask for a code, take it, make the key, check, sign. A hook, no pixels.
 *
 * What ends a session (a code or a certificate too old, an attempt without its stamp) leads back to
 * asking; what was signed already stays signed and is not asked for again.
 */
import { useCallback, useEffect, useState } from 'react';
import type { CaseDocument, OpenIntent } from '../api/answers.ts';
import { Refusal } from '../api/refusal.ts';
import type { Asked, Held } from '../device/ceremony.ts';
import { keepReceipt } from '../device/receipts.ts';
import { fetchShown } from '../device/shown.ts';
import { type Act, useAct } from './act.ts';
import { useHouse } from './house.tsx';

export type Phase =
  | { readonly is: 'opening' | 'ask' }
  | { readonly is: 'code'; readonly asked: Asked; readonly until: number }
  | { readonly is: 'signing'; readonly documents: readonly Held[]; readonly signed: number };

export interface Signing {
  readonly phase: Phase;
  readonly act: Act;
  readonly load: Act;
  /** The last session ended without a signature. */
  readonly isOver: boolean;
  readonly ask: () => void;
  readonly confirm: (code: string) => void;
}

export const codeSeconds = 300;

/** After these the person is asked again, with fresh keys. */
const sessionOver = new Set([
  'contract.intent_expired',
  'contract.intent_unknown',
  'signing.attempt_void',
  'signing.certificate_expired',
  'ca.attestation_stale',
  'ca.attestation_spent',
  'sms.code_expired',
  'sms.tries_spent',
]);

// Loaded with the last screens: the checks and the key are not needed to fill in a form.
const loadCeremony = () => import('../device/ceremony.ts');

export function useSigning(
  documents: readonly CaseDocument[],
  open: OpenIntent | null,
  onSigned: () => Promise<void>,
): Signing {
  const { line } = useHouse();
  const [phase, setPhase] = useState<Phase>({ is: 'opening' });
  const [held, setHeld] = useState<readonly Held[]>([]);
  const [isOver, setOver] = useState(false);
  const act = useAct();
  const load = useAct();
  const { run } = act;
  const { run: runLoad } = load;

  const guarded = useCallback(
    (course: () => Promise<void>) =>
      run(async () => {
        try {
          await course();
        } catch (thrown) {
          if (!(thrown instanceof Refusal) || !sessionOver.has(thrown.code)) throw thrown;
          setOver(true);
          setPhase({ is: 'ask' });
          await onSigned();
        }
      }),
    [run, onSigned],
  );

  const sign = useCallback(
    async (intent: string, set: readonly Held[]) => {
      setPhase({ is: 'signing', documents: set, signed: 0 });
      const { enrol, signDocument } = await loadCeremony();
      const session = await enrol(line, intent);
      keepReceipt(intent, session.receipt);
      for (const [at, document] of set.entries()) {
        await signDocument(line, document, session);
        setPhase({ is: 'signing', documents: set, signed: at + 1 });
      }
      await onSigned();
    },
    [line, onSigned],
  );

  const ids = documents.map(({ id }) => id).join(' ');
  useEffect(() => {
    runLoad(async () => {
      const fetched: Held[] = [];
      for (const document of documents) fetched.push(await fetchShown(line, document));
      setHeld(fetched);
      const before = await resumable(open, fetched);
      const ready: Phase =
        before === undefined ? { is: 'ask' } : { is: 'code', asked: before, until: deadline() };
      setPhase((now) => (now.is === 'signing' ? now : ready));
    });
    // The documents of these ids never change.
  }, [line, runLoad, ids]);

  const ask = (): void =>
    guarded(async () => {
      setOver(false);
      const { askCode } = await loadCeremony();
      const asked = await askCode(line, held);
      setPhase({ is: 'code', asked, until: deadline() });
    });

  const confirm = (code: string): void =>
    guarded(async () => {
      if (phase.is !== 'code') return;
      const { intent } = phase.asked;
      const build = await line.get<{ signer: string }>('/v1/build');
      await line.act(`/v1/intents/${intent}/confirm`, { code, build: build.signer });
      await sign(intent, held);
    });

  return { phase, act, load, isOver, ask, confirm };
}

/** On the page's own clock, in milliseconds; the house alone decides when a code is too old. */
function deadline(): number {
  return performance.now() + codeSeconds * 1000;
}

/** A code that is still on its way to the person, when its key was made on this device. */
async function resumable(
  open: OpenIntent | null,
  held: readonly Held[],
): Promise<Asked | undefined> {
  if (open === null || open.certified) return undefined;
  const same =
    open.documents.length === held.length &&
    held.every(({ id, sha256 }) =>
      open.documents.some((one) => one.id === id && one.sha256 === sha256),
    );
  if (!same || Date.parse(open.codeUntil) < Date.now()) return undefined;
  const { askedBefore } = await loadCeremony();
  return askedBefore(open.id, held);
}
