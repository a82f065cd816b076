import { useLanguage, useWords } from '../ui/language.tsx';
import { shellWords } from './words/shell.ts';

/** In English: why what follows is Chinese, and who explains it. */
export function BindingNote() {
  const say = useWords(shellWords);
  const { language } = useLanguage();
  if (language === 'zh') return null;
  return (
    <p lang="en" className="binding">
      {say('bindingText')}
    </p>
  );
}
