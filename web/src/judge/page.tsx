import { useCallback, useEffect, useRef, useState } from 'react';
import { useElder } from '../ui/elder.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { judge } from './ask.ts';
import './judge.css';
import { LookUpCard } from './lookup-card.tsx';
import type { Judged, JudgedFile } from './messages.ts';
import { type Extras, noExtras, Picker } from './picker.tsx';
import { ResultView } from './result.tsx';
import { sizeText } from './size.ts';
import { noTrust, shippedTrust, type Trust } from './trust.ts';
import { TrustPanel } from './trust-panel.tsx';
import { pageWords } from './words/page.ts';

/** What the verifier takes (verifyBytesMax of trust/verify); a larger file is not even read. */
const fileBytesMax = 64 * 1024 * 1024;

type State =
  | { readonly is: 'idle' }
  | { readonly is: 'working'; readonly file: File }
  | { readonly is: 'too_large'; readonly file: File }
  | { readonly is: 'failed'; readonly why: string }
  | { readonly is: 'done'; readonly judged: Judged; readonly file: JudgedFile };

/** The public page: a file in, a verdict out, on this device alone. */
export function JudgePage() {
  const say = useWords(pageWords);
  const [state, setState] = useState<State>({ is: 'idle' });
  const [trust, setTrust] = useState<Trust>(noTrust);
  const [extras, setExtras] = useState(noExtras);
  const order = useRef(0);

  useEffect(() => {
    // A page without trust still finds alterations, and says what it lacks.
    shippedTrust().then(setTrust, () => setTrust(noTrust));
  }, []);

  const take = useCallback(
    async (file: File) => {
      order.current += 1;
      const mine = order.current;
      if (file.size > fileBytesMax) return setState({ is: 'too_large', file });
      setState({ is: 'working', file });
      try {
        const bytes = await bytesOf(file);
        const added = await addedBy(extras);
        const { material } = trust;
        const judged = await judge({ name: file.name, bytes, trust: material, ...added });
        const { kind, file: name } = judged.report;
        const judgedFile = { kind, name, bytes };
        if (mine === order.current) setState({ is: 'done', judged, file: judgedFile });
      } catch (thrown) {
        const why = thrown instanceof Error ? thrown.message : String(thrown);
        if (mine === order.current) setState({ is: 'failed', why });
      }
    },
    [extras, trust],
  );

  const done = state.is === 'done' ? state : undefined;
  return (
    <div className="judge">
      <Top />
      <main>
        <div className="head">
          <h1>{say('title')}</h1>
          <p className="lead">{say('lead')}</p>
          <div role="status" aria-live="polite">
            {state.is === 'working' && (
              <div className="working">
                <strong>{say('workingTitle')}</strong>
                <span>
                  {say('working', { name: state.file.name, size: sizeText(state.file.size) })}
                </span>
                <progress aria-label={say('workingTitle')} />
              </div>
            )}
          </div>
          <div aria-live="assertive">
            {state.is === 'too_large' && (
              <section className="banner indeterminate">
                <h2>{say('tooLargeTitle')}</h2>
                <p>{say('tooLarge', { name: state.file.name, size: sizeText(state.file.size) })}</p>
              </section>
            )}
            {state.is === 'failed' && (
              <section className="banner indeterminate">
                <h2>{say('failedTitle')}</h2>
                <p>{say('failed', { why: state.why })}</p>
              </section>
            )}
          </div>
        </div>
        <LookUpCard file={done?.file} verdict={done?.judged.report.is} />
        {done === undefined && (
          <Picker onFile={(file) => void take(file)} extras={extras} onExtras={setExtras} />
        )}
        {done !== undefined && (
          <ResultView
            judged={done.judged}
            file={done.file}
            hasTrust={trust.source !== 'none'}
            onAgain={() => {
              // What was added belonged to the file that was judged.
              setExtras(noExtras);
              setState({ is: 'idle' });
            }}
          />
        )}
        <TrustPanel trust={trust} onTrust={setTrust} />
      </main>
    </div>
  );
}

async function addedBy({ at, receipt, content, record }: Extras) {
  return {
    ...(at === '' ? {} : { at: `${at}:00+08:00` }),
    ...(receipt === undefined ? {} : { receipt: await bytesOf(receipt) }),
    ...(content === undefined ? {} : { content: await bytesOf(content) }),
    ...(record === undefined ? {} : { evidenceRecords: [await bytesOf(record)] }),
  };
}

async function bytesOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.arrayBuffer());
}

function Top() {
  const say = useWords(pageWords);
  const { language, choose } = useLanguage();
  const { elder, toggle } = useElder();
  return (
    <header className="top">
      <strong>{say('brand')}</strong>
      <nav>
        <button type="button" className="button quiet" aria-pressed={elder} onClick={toggle}>
          {say(elder ? 'elderOff' : 'elder')}
        </button>
        <button
          type="button"
          className="button quiet"
          lang={language === 'zh' ? 'en' : 'zh-CN'}
          onClick={() => choose(language === 'zh' ? 'en' : 'zh')}
        >
          {say('language')}
        </button>
      </nav>
    </header>
  );
}
