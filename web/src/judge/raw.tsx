import { useState } from 'react';
import { download } from '../ui/download.ts';
import { useWords } from '../ui/language.tsx';
import { verdictWords } from './words/verdict.ts';

/** The whole answer as `fubie verify --json` prints it, to be copied or kept. */
export function RawView({ json, name }: { readonly json: string; readonly name: string }) {
  const say = useWords(verdictWords);
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(json);
    setCopied(true);
  };
  return (
    <details className="card raw unprinted">
      <summary>{say('raw')}</summary>
      <div className="buttons">
        <button type="button" className="button" onClick={() => void copy()}>
          {say(copied ? 'copied' : 'copy')}
        </button>
        <button
          type="button"
          className="button"
          onClick={() =>
            download(`${name}.json`, new TextEncoder().encode(json), 'application/json')
          }
        >
          {say('save')}
        </button>
      </div>
      <pre tabIndex={0}>{JSON.stringify(JSON.parse(json), null, 2)}</pre>
    </details>
  );
}
