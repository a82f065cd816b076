import { type ReactNode, StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import './tokens.css';
import './base.css';
import { LanguageProvider } from './language.tsx';
import { elderFromStart } from './preferences.ts';

/**
 * Puts a page into #root; inside a frame it shows nothing of itself, unless the page has made sure
 * whose frame it is (`isWelcome`).
 */
export function mount(page: ReactNode, isWelcome = false): void {
  const root = document.getElementById('root');
  // Below the floor a sentence stands in its place, and nothing of the page runs.
  if (root === null) return;
  elderFromStart();
  if (window.top !== window.self && !isWelcome) {
    root.textContent = '此页不能在其他网页中打开。This page does not open inside another page.';
    return;
  }
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider>{page}</LanguageProvider>
    </StrictMode>,
  );
}
