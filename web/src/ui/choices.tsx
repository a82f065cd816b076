import { useId } from 'react';
import './controls.css';

export interface Choice {
  readonly value: string;
  readonly label: string;
  readonly note?: string | undefined;
}

export interface ChoicesProps {
  readonly legend: string;
  readonly options: readonly Choice[];
  readonly value: string | undefined;
  readonly error?: string | undefined;
  readonly onChoose: (value: string) => void;
}

/** One of a few: radio buttons as large as a thumb. */
export function Choices({ legend, options, value, error, onChoose }: ChoicesProps) {
  const id = useId();
  return (
    <fieldset
      className="choices field"
      aria-invalid={error === undefined ? undefined : true}
      aria-describedby={error === undefined ? undefined : `${id}-error`}
    >
      <legend>{legend}</legend>
      {options.map((option) => (
        <label key={option.value} className={option.value === value ? 'choice chosen' : 'choice'}>
          <input
            type="radio"
            name={id}
            value={option.value}
            checked={option.value === value}
            onChange={() => onChoose(option.value)}
          />
          <span>
            {option.label}
            {option.note !== undefined && <small>{option.note}</small>}
          </span>
        </label>
      ))}
      {error !== undefined && (
        <span className="error" id={`${id}-error`}>
          {error}
        </span>
      )}
    </fieldset>
  );
}
