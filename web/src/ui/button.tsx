import type { ReactNode } from 'react';
import './controls.css';

/** How much a button weighs: one `primary` on a screen, `quiet` for what is rarely wanted. */
export type ButtonKind = 'primary' | 'plain' | 'quiet';

export interface ButtonProps {
  readonly children: ReactNode;
  readonly kind?: ButtonKind;
  readonly submit?: boolean;
  /** What it began is still going on; a second press does nothing. */
  readonly busy?: boolean;
  /** Not yet: it stays in the tab order, so that a reader of the screen learns of it. */
  readonly waits?: boolean;
  readonly describedBy?: string;
  /** Says more than the few words on it; begins with them (WCAG 2.5.3). */
  readonly label?: string;
  readonly onPress?: () => void;
}

export function Button(props: ButtonProps) {
  const { children, kind = 'plain', submit = false, busy = false, waits = false } = props;
  const still = busy || waits;
  return (
    <button
      type={submit ? 'submit' : 'button'}
      className={kind === 'plain' ? 'button' : `button ${kind}`}
      aria-disabled={waits ? true : undefined}
      aria-busy={busy ? true : undefined}
      aria-describedby={props.describedBy}
      aria-label={props.label}
      onClick={(event) => {
        if (still) event.preventDefault();
        else props.onPress?.();
      }}
    >
      {busy && <span className="turning" aria-hidden="true" />}
      {children}
    </button>
  );
}
