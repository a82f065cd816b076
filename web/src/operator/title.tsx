import { Fragment, type ReactNode, useEffect, useRef } from 'react';
import { inFours } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { deskWords } from './words/desk.ts';

/** A screen's heading: names the tab, and takes the focus, so that a reader hears where he is. */
export function Title({
  text,
  children,
}: {
  readonly text: string;
  readonly children?: ReactNode;
}) {
  const say = useWords(deskWords);
  const heading = useRef<HTMLHeadingElement>(null);
  const name = say('desk');
  useEffect(() => {
    document.title = `${text} · ${name}`;
  }, [text, name]);
  useEffect(() => {
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <header className="title">
      <h1 ref={heading} tabIndex={-1}>
        {text.split(' ').map((word, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the words of one heading never change places
          <Fragment key={at}>
            {at === 0 ? '' : ' '}
            {inFours(word)}
          </Fragment>
        ))}
      </h1>
      {children}
    </header>
  );
}
