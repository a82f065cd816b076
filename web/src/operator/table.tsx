import type { ReactNode } from 'react';

/** A table that scrolls sideways where it must, by keyboard too. */
export function Table({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="table" role="group" aria-label={label} tabIndex={0}>
      <table className={className}>{children}</table>
    </div>
  );
}
