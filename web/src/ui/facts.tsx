import { Fragment, type ReactNode } from 'react';
import './controls.css';

export interface FactsProps {
  readonly rows: readonly (readonly [name: string, value: ReactNode])[];
}

/** Names and values, as a bank form shows them. */
export function Facts({ rows }: FactsProps) {
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{typeof value === 'string' ? inFours(value) : value}</dd>
        </div>
      ))}
    </dl>
  );
}

const numberLike = /^[A-Z]{0,2}[\dA-Fa-f]{20,}$/;

/**
 * A long number in fours, as on a bank card: it is compared and read out by people. The gaps are
 * set and not written, so that what is copied is the number itself.
 */
export function inFours(value: string): ReactNode {
  return numberLike.test(value) ? fours(value) : value;
}

/** The same for what is known to be copied by hand. */
export function fours(value: string): ReactNode {
  const groups = value.match(/^[A-Z]{2}(?=\d)|.{1,4}/g) ?? [];
  return groups.map((group, at) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the groups of one number never change places
    <Fragment key={at}>
      <span className="group">{group}</span>
      <wbr />
    </Fragment>
  ));
}
