import { type ReactNode, useLayoutEffect, useRef } from 'react';
import './table.css';

/**
 * A table that scrolls sideways where it must, by keyboard too. On a telephone each row stands as a
 * card: what its columns are called is written beside each value.
 */
export function Table({
  label,
  className,
  children,
}: {
  readonly label: string;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  const table = useRef<HTMLTableElement>(null);
  useLayoutEffect(() => nameCells(table.current));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <div className="table" role="group" aria-label={label} tabIndex={0}>
      <table ref={table} className={className ?? 'cards'}>
        {children}
      </table>
    </div>
  );
}

/** The style sheet cannot look up into the head of a table. */
function nameCells(table: HTMLTableElement | null): void {
  const names = Array.from(table?.tHead?.rows[0]?.cells ?? [], (cell) => cell.textContent);
  for (const row of table?.tBodies[0]?.rows ?? []) {
    for (const [at, cell] of Array.from(row.cells).entries()) {
      cell.dataset['column'] = names[at] ?? '';
      // A card needs no line to say that there is nothing.
      if (cell.textContent === '—') cell.dataset['nothing'] = '';
      else delete cell.dataset['nothing'];
    }
  }
}
