import { useState } from 'react';
import { partyWords } from '../phrases/parties.ts';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { listed } from './sentences.ts';
import { ownTrust, type Trust } from './trust.ts';
import { pageWords } from './words/page.ts';

export interface TrustPanelProps {
  readonly trust: Trust;
  readonly onTrust: (trust: Trust) => void;
}

/** Says whose roots are used, and takes others. */
export function TrustPanel({ trust, onTrust }: TrustPanelProps) {
  const say = useWords(pageWords);
  const { language } = useLanguage();
  const [broken, setBroken] = useState<string>();
  const take = async (files: FileList | null) => {
    if (files === null || files.length === 0) return;
    try {
      onTrust(await ownTrust([...files]));
      setBroken(undefined);
    } catch (thrown) {
      setBroken(thrown instanceof Error ? thrown.message : String(thrown));
    }
  };
  const { authorities, stampers, logs, witnesses } = trust.facts;
  const all = (names: readonly string[]) =>
    names.length === 0 ? say('trustNobody') : listed(names, language);
  return (
    <section className="card trust" aria-labelledby="trust-title">
      <h2 id="trust-title">{say('trustTitle')}</h2>
      <p>{say(`trust_${trust.source}`)}</p>
      {trust.source !== 'none' && (
        <Facts
          rows={[
            [say('trustAuthorities'), all(authorities)],
            [say('trustStampers'), all(stampers)],
            [say('trustLogs'), all(logs)],
            [
              say('trustWitnesses'),
              all(witnesses.map((name) => partyWords[name]?.[language] ?? name)),
            ],
          ]}
        />
      )}
      <div className="buttons unprinted">
        <FilePress words={say('trustFolder')} folder onFiles={(files) => void take(files)} />
        <FilePress words={say('trustZip')} folder={false} onFiles={(files) => void take(files)} />
      </div>
      {broken !== undefined && <Notice tone="bad">{say('trustBroken', { why: broken })}</Notice>}
    </section>
  );
}

function FilePress(props: {
  readonly words: string;
  readonly folder: boolean;
  readonly onFiles: (files: FileList | null) => void;
}) {
  // A folder is asked for by an attribute that React has no type for.
  const folder = props.folder ? { webkitdirectory: '' } : { accept: '.zip,.pem,.json,.vkey' };
  return (
    <label className="button file">
      {props.words}
      <input
        type="file"
        multiple
        {...folder}
        onChange={(event) => props.onFiles(event.target.files)}
      />
    </label>
  );
}
