import { type ReactNode, useEffect, useRef } from 'react';
import { phrased } from './phrased.tsx';
import './screen.css';

export interface ScreenProps {
  readonly title: string;
  /** One sentence under the title: what to do here. */
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
  /** The few buttons at the foot, the primary one first. */
  readonly actions?: ReactNode;
  /** What may follow once the act is done or left; the buttons then stand still above it. */
  readonly below?: ReactNode;
  /** A wider column, for what is read and not filled in. */
  readonly wide?: boolean;
  /** Stands above the title, such as the way back. */
  readonly above?: ReactNode;
}

/** One clear thing: a title that takes the focus, the thing itself, what can be done with it. */
export function Screen({ title, lead, children, actions, below, wide, above }: ScreenProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
    window.scrollTo(0, 0);
    heading.current?.focus({ preventScroll: true });
  }, [title]);
  return (
    <main className={wide === true ? 'screen wide' : 'screen'}>
      {above}
      <h1 ref={heading} tabIndex={-1}>
        {phrased(title)}
      </h1>
      {lead !== undefined && <p className="lead">{lead}</p>}
      {children}
      {actions !== undefined && <div className="actions">{actions}</div>}
      {below}
    </main>
  );
}
