import { type DragEvent, useState } from 'react';
import { useWords } from '../ui/language.tsx';
import { pageWords } from './words/page.ts';

/** What a reader may add to the file; none of it is asked for. */
export interface Extras {
  /** As `datetime-local` writes it; empty for the times that the signatures prove. */
  readonly at: string;
  readonly receipt: File | undefined;
  readonly content: File | undefined;
  readonly record: File | undefined;
}

export const noExtras: Extras = {
  at: '',
  receipt: undefined,
  content: undefined,
  record: undefined,
};

export interface PickerProps {
  readonly onFile: (file: File) => void;
  readonly extras: Extras;
  readonly onExtras: (extras: Extras) => void;
}

/** Where a file comes in: dropped anywhere on the box, or chosen. */
export function Picker({ onFile, extras, onExtras }: PickerProps) {
  const say = useWords(pageWords);
  const [over, setOver] = useState(false);
  const take = (files: FileList | null) => {
    const file = files?.[0];
    if (file !== undefined) onFile(file);
  };
  const dropped = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files);
  };
  return (
    <section className="picker">
      <div
        className={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={dropped}
      >
        <p>{say('drop')}</p>
        <label className="button primary file">
          {say('choose')}
          <input
            type="file"
            onChange={(event) => {
              take(event.target.files);
              // The same file again is a new order.
              event.target.value = '';
            }}
          />
        </label>
        <p className="soft">{say('kinds')}</p>
      </div>
      <details>
        <summary>{say('more')}</summary>
        <div className="field">
          <label htmlFor="judge-at">{say('at')}</label>
          <input
            id="judge-at"
            type="datetime-local"
            value={extras.at}
            aria-describedby="judge-at-note"
            onChange={(event) => onExtras({ ...extras, at: event.target.value })}
          />
          <span className="hint" id="judge-at-note">
            {say('atNote')}
          </span>
        </div>
        <FileField name="receipt" onFile={(receipt) => onExtras({ ...extras, receipt })} />
        <FileField name="content" onFile={(content) => onExtras({ ...extras, content })} />
        <FileField name="record" onFile={(record) => onExtras({ ...extras, record })} />
      </details>
    </section>
  );
}

function FileField(props: {
  readonly name: 'receipt' | 'content' | 'record';
  readonly onFile: (file: File | undefined) => void;
}) {
  const { name, onFile } = props;
  const say = useWords(pageWords);
  const id = `judge-${name}`;
  return (
    <div className="field">
      <label htmlFor={id}>{say(name)}</label>
      <input
        id={id}
        type="file"
        aria-describedby={`${id}-note`}
        onChange={(event) => onFile(event.target.files?.[0])}
      />
      <span className="hint" id={`${id}-note`}>
        {say(`${name}Note`)}
      </span>
    </div>
  );
}
