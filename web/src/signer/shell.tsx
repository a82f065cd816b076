/**
 * The frame of every signer's screen: who the institution is, how far the story is, the menu.
 */
import { type ReactNode, useEffect } from 'react';
import type { Progress, Step } from '../api/answers.ts';
import { useVoice } from '../device/speech.ts';
import { useElder } from '../ui/elder.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Meter } from '../ui/meter.tsx';
import { useHouse } from './house.tsx';
import './signer.css';
import { stepsDone } from './story.ts';
import { shellWords, stepWords } from './words/shell.ts';

export interface ShellProps {
  readonly progress: Progress | undefined;
  readonly onMenu: () => void;
  /** The step that the screen belongs to, where it is not the one the house waits for. */
  readonly step?: Step | undefined;
  /** A name of what is on the screen; when it changes, the voice falls silent. */
  readonly screen: string;
  readonly children: ReactNode;
}

export function Shell({ progress, step, onMenu, screen, children }: ShellProps) {
  const say = useWords(shellWords);
  const { language, choose } = useLanguage();
  const { elder, toggle } = useElder();
  const { trouble } = useHouse();
  const other = language === 'zh' ? 'en' : 'zh';
  return (
    <div className="signer">
      <header>
        <div className="top">
          <strong>{progress?.institution.name ?? say('brand')}</strong>
          {!elder && (
            <>
              <button type="button" title={say('largerLabel')} onClick={toggle}>
                {say('larger')}
              </button>
              <button
                type="button"
                lang={other === 'en' ? 'en' : 'zh-CN'}
                aria-label={say('otherLanguageLabel')}
                onClick={() => choose(other)}
              >
                {say('otherLanguage')}
              </button>
            </>
          )}
          <button type="button" onClick={onMenu}>
            {say('menu')}
          </button>
        </div>
        {progress !== undefined && <StoryMeter progress={progress} step={step ?? progress.next} />}
      </header>
      <div role="status" className={trouble ? 'trouble' : 'unseen'}>
        {trouble ? say('trouble') : ''}
      </div>
      {children}
      <footer className="bottom">
        <Listen screen={screen} />
        {progress !== undefined && <Human progress={progress} />}
      </footer>
    </div>
  );
}

function StoryMeter({ progress, step }: { readonly progress: Progress; readonly step: Step }) {
  const say = useWords(shellWords);
  const sayStep = useWords(stepWords);
  const { done, of } = stepsDone(progress, step);
  const name = sayStep(step);
  const over = step === 'done' || step === 'refused';
  const label = over ? name : say('progress', { name, n: Math.min(done + 1, of), of });
  return (
    <div className="story">
      <Meter label={label} value={over ? of : done} max={of} />
    </div>
  );
}

/** Reads the words of the screen aloud. */
function Listen({ screen }: { readonly screen: string }) {
  const say = useWords(shellWords);
  const { language } = useLanguage();
  const { able, speaking, speak, stop } = useVoice(language);
  // Another screen is another text.
  useEffect(() => stop, [screen, stop]);
  if (!able) return null;
  const read = (): void => speak(document.querySelector('main')?.innerText ?? '');
  return (
    <button type="button" className="button quiet" onClick={speaking ? stop : read}>
      {say(speaking ? 'quiet' : 'listen')}
    </button>
  );
}

function Human({ progress }: { readonly progress: Progress }) {
  const say = useWords(shellWords);
  const { phone } = progress.institution;
  if (phone === '') return null;
  return (
    <a className="button quiet" href={`tel:${phone.replace(/[^\d+]/g, '')}`}>
      {say('callHuman', { phone: phone.replace(/-/g, '\u2011') })}
    </a>
  );
}
