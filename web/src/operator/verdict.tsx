import type { ReactNode } from 'react';

const signs = { valid: '✓', invalid: '✗', unknown: '?' } as const;

/** Good or bad in words, with a sign that is not a colour. */
export function Verdict({
  is,
  children,
}: {
  readonly is: keyof typeof signs;
  readonly children: ReactNode;
}) {
  return (
    <span className={`verdict ${is}`}>
      <span aria-hidden="true">{signs[is]}</span>
      {children}
    </span>
  );
}
