import type { ReactNode } from 'react';
import './controls.css';

/** What a notice is about; the colour never says it alone, the title does. */
export type Tone = 'plain' | 'good' | 'warn' | 'bad';

export interface NoticeProps {
  readonly tone?: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
}

/** A sentence that must not be missed. What went wrong is said at once by a screen reader, too. */
export function Notice({ tone = 'plain', title, children }: NoticeProps) {
  return (
    <div
      className={tone === 'plain' ? 'notice' : `notice ${tone}`}
      role={tone === 'bad' ? 'alert' : tone === 'plain' ? undefined : 'status'}
    >
      <div>
        {title !== undefined && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}
