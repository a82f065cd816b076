import { useEffect, useRef } from 'react';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { EvidenceView } from './evidence.tsx';
import { ExaminationView } from './examination.tsx';
import { FlawList } from './flaw-list.tsx';
import type { Judged, JudgedFile } from './messages.ts';
import { RawView } from './raw.tsx';
import { RevisionsView } from './revisions.tsx';
import { columnsOf, headline, placeOf } from './sentences.ts';
import { SignatureList } from './signature-list.tsx';
import { pageWords } from './words/page.ts';
import { verdictWords } from './words/verdict.ts';

export interface ResultProps {
  readonly judged: Judged;
  readonly file: JudgedFile;
  readonly hasTrust: boolean;
  readonly onAgain: () => void;
}

/** The answer: one sentence first, everything it rests on below. */
export function ResultView({ judged, file, hasTrust, onAgain }: ResultProps) {
  const say = useWords(pageWords);
  const { report } = judged;
  const { indication, subIndication } = report.etsi;
  const words = useWords(verdictWords);
  return (
    <>
      <Banner judged={judged} hasTrust={hasTrust} />
      <div className="buttons unprinted">
        <button type="button" className="button primary" onClick={onAgain}>
          {say('again')}
        </button>
        <button type="button" className="button" onClick={() => window.print()}>
          {say('print')}
        </button>
      </div>
      <section className="card">
        <Facts
          rows={[
            [say('file'), report.file],
            [say('digest'), judged.sha256],
            [words('etsi'), [indication, subIndication].filter(Boolean).join(' / ')],
          ]}
        />
      </section>
      {report.kind !== 'unknown' && (
        <>
          <Columns judged={judged} hasTrust={hasTrust} />
          <FlawList judged={judged} />
          <ExaminationView judged={judged} />
          <SignatureList judged={judged} />
          <EvidenceView report={report} />
          {/* What cannot be read has no pages to compare. */}
          {!report.flaws.some(({ code }) => code === 'pdf_malformed') && (
            <RevisionsView file={file} />
          )}
        </>
      )}
      <RawView json={judged.json} name={report.file} />
    </>
  );
}

function Banner({ judged, hasTrust }: { readonly judged: Judged; readonly hasTrust: boolean }) {
  const say = useWords(verdictWords);
  const ofPage = useWords(pageWords);
  const { language } = useLanguage();
  const title = useRef<HTMLHeadingElement>(null);
  // Whoever cannot see the colour arrives at the sentence.
  useEffect(() => title.current?.focus(), []);
  const { report } = judged;
  const isKnown = report.kind !== 'unknown';
  const place = placeOf(report);
  return (
    <section
      className={`banner ${isKnown ? report.is : 'indeterminate'}`}
      aria-labelledby="verdict"
    >
      <h2 id="verdict" tabIndex={-1} ref={title}>
        {isKnown ? headline(judged, language) : ofPage('notOurs')}
      </h2>
      {isKnown ? (
        place !== undefined && <p>{say('place', { part: place })}</p>
      ) : (
        <p>{ofPage('notOursNote')}</p>
      )}
      {isKnown && !hasTrust && report.is !== 'valid' && <p>{ofPage('trustFirst')}</p>}
      {report.evidence?.selfAttested === true && <p>{say('selfAttested')}</p>}
    </section>
  );
}

function Columns({ judged, hasTrust }: { readonly judged: Judged; readonly hasTrust: boolean }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const columns = columnsOf(judged, hasTrust, language);
  return (
    <div className="columns">
      {(['proved', 'presumed', 'missing'] as const).map((name) => (
        <section
          key={name}
          className={`card ${columns[name].length === 0 ? 'none' : name}`}
          aria-labelledby={`column-${name}`}
        >
          <h3 id={`column-${name}`}>{say(name)}</h3>
          {columns[name].length === 0 ? (
            <p className="soft">{say('nothing')}</p>
          ) : (
            <ul>
              {columns[name].map((text) => (
                <li key={text}>{text}</li>
              ))}
            </ul>
          )}
        </section>
      ))}
    </div>
  );
}
