import type { ReactNode } from 'react';
import { Refusal } from '../api/refusal.ts';
import { Button } from '../ui/button.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { deskWords } from './words/desk.ts';

interface Question<Data> {
  readonly data: Data | undefined;
  readonly error: unknown;
  readonly refetch: () => unknown;
}

/** What a screen shows while an answer is on its way, refused or missing; else the answer. */
export function Asked<Data>({
  question,
  children,
}: {
  readonly question: Question<Data>;
  readonly children: (data: Data) => ReactNode;
}) {
  if (question.data !== undefined) return children(question.data);
  if (question.error === null || question.error === undefined) {
    return <Loading />;
  }
  return <Refused error={question.error} onAgain={() => question.refetch()} />;
}

/** An answer is on its way: where it will stand is kept free. */
export function Loading() {
  const say = useWords(deskWords);
  return (
    <div role="status" className="loading">
      <p>{say('loading')}</p>
      <span aria-hidden="true" />
      <span aria-hidden="true" />
      <span aria-hidden="true" />
    </div>
  );
}

function Refused({ error, onAgain }: { readonly error: unknown; readonly onAgain: () => void }) {
  const say = useWords(deskWords);
  const { language } = useLanguage();
  const refusal = error instanceof Refusal ? error : undefined;
  if (refusal?.status === 403) return <NotPermitted />;
  return (
    <div role="alert" className="empty">
      <p className="empty-title">{refusal?.in(language) ?? say('offline')}</p>
      {refusal === undefined || refusal.requestId === '' ? null : (
        <p className="note">{say('requestId', { id: refusal.requestId })}</p>
      )}
      <Button onPress={onAgain}>{say('again')}</Button>
    </div>
  );
}

export function NotPermitted() {
  const say = useWords(deskWords);
  return (
    <div role="alert" className="empty">
      <p className="empty-title">{say('notPermitted')}</p>
      <p className="note">{say('notPermittedNote')}</p>
    </div>
  );
}

/** Nothing there, which is an answer too: what it means and what to do. */
export function Empty({ title, note }: { readonly title: string; readonly note?: string }) {
  return (
    <div role="status" className="empty">
      <p className="empty-title">{title}</p>
      {note === undefined ? null : <p className="note">{note}</p>}
    </div>
  );
}
