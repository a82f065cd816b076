import { type InputHTMLAttributes, useId } from 'react';
import './controls.css';

type Native = Pick<
  InputHTMLAttributes<HTMLInputElement>,
  | 'type'
  | 'inputMode'
  | 'autoComplete'
  | 'max'
  | 'maxLength'
  | 'pattern'
  | 'spellCheck'
  | 'placeholder'
>;

export interface FieldProps extends Native {
  readonly label: string;
  readonly hint?: string | undefined;
  /** What is wrong and how to mend it, in a sentence; it stands beside the field. */
  readonly error?: string | undefined;
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

/** One labelled line of text with its hint and its error. */
export function Field({ label, hint, error, name, value, onChange, ...native }: FieldProps) {
  const id = useId();
  const described = [
    error === undefined ? undefined : `${id}-error`,
    hint === undefined ? undefined : `${id}-hint`,
  ].filter((part) => part !== undefined);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {hint !== undefined && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      <input
        {...native}
        id={id}
        name={name}
        value={value}
        aria-invalid={error === undefined ? undefined : true}
        aria-describedby={described.length === 0 ? undefined : described.join(' ')}
        onChange={(event) => onChange(event.target.value)}
      />
      {error !== undefined && (
        <span className="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </div>
  );
}
