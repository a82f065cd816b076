import { useWords } from '../ui/language.tsx';
import './start.css';
import { words } from './words.ts';

/** The three doors of the house. */
export function StartPage() {
  const say = useWords(words);
  return (
    <main className="start">
      <h1>{say('title')}</h1>
      <p>{say('about')}</p>
      <nav>
        <a href="/sign">
          <strong>{say('sign')}</strong>
          <span>{say('signNote')}</span>
        </a>
        <a href="/verify">
          <strong>{say('verify')}</strong>
          <span>{say('verifyNote')}</span>
        </a>
        <a href="/desk">
          <strong>{say('desk')}</strong>
          <span>{say('deskNote')}</span>
        </a>
      </nav>
    </main>
  );
}
