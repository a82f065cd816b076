/**
 * Reading aloud with the voice of the device. Text is handed over in sentences, for old Android
 * voices fall silent in the middle of a long one.
 */
import { useCallback, useEffect, useState } from 'react';
import type { Language } from '../ui/language.tsx';

export interface Voice {
  readonly able: boolean;
  readonly speaking: boolean;
  readonly speak: (text: string, onEnd?: () => void) => void;
  readonly stop: () => void;
}

/** Slower than the default: who listens is reading along. */
const rate = 0.9;

export function useVoice(language: Language): Voice {
  const [speaking, setSpeaking] = useState(false);
  const able = 'speechSynthesis' in window;
  const stop = useCallback(() => {
    if (able) window.speechSynthesis.cancel();
    setSpeaking(false);
  }, [able]);
  const speak = useCallback(
    (text: string, onEnd?: () => void) => {
      if (!able) return;
      window.speechSynthesis.cancel();
      const said = sentences(text).map((sentence) => utterance(sentence, language));
      const end = (): void => {
        setSpeaking(false);
        onEnd?.();
      };
      said[said.length - 1]?.addEventListener('end', end);
      for (const one of said) {
        one.addEventListener('error', () => setSpeaking(false));
        window.speechSynthesis.speak(one);
      }
      setSpeaking(said.length > 0);
    },
    [able, language],
  );
  useEffect(() => stop, [stop]);
  return { able, speaking, speak, stop };
}

function utterance(sentence: string, language: Language): SpeechSynthesisUtterance {
  const said = new SpeechSynthesisUtterance(sentence);
  said.lang = language === 'zh' ? 'zh-CN' : 'en-GB';
  said.rate = rate;
  return said;
}

export function sentences(text: string): string[] {
  return (text.match(/[^。！？；\n.!?;]+[。！？；.!?;]?/g) ?? [])
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');
}
