import { useState } from 'react';
import { useWords } from '../ui/language.tsx';
import { deskWords } from './words/desk.ts';

const lettersShown = 12;

/** A digest or an id: its head, and on demand the whole of it, to be copied. */
export function Digest({ text }: { readonly text: string }) {
  const say = useWords(deskWords);
  const [copied, setCopied] = useState(false);
  const copy = () => void navigator.clipboard.writeText(text).then(() => setCopied(true));
  return (
    <details className="digest">
      <summary>
        <code>{text.slice(0, lettersShown)}…</code>
      </summary>
      <code className="whole">{text}</code>
      <button type="button" className="small" onClick={copy}>
        {copied ? say('copied') : say('copy')}
      </button>
    </details>
  );
}
