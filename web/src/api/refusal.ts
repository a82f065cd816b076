/** What the house, or the way to it, answered instead of what was asked. */
import type { Language, Words } from '../ui/language.tsx';

/** Nothing came back: the network, not the house. The page's own code, never the server's. */
export const noAnswer = 'page.no_answer';

export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: string;
  readonly status: number;
  readonly words: Words;
  readonly retryable: boolean;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(parts: {
    code: string;
    status?: number;
    words?: Words;
    retryable?: boolean;
    context?: Readonly<Record<string, unknown>>;
  }) {
    super(parts.code);
    this.code = parts.code;
    this.status = parts.status ?? 0;
    this.words = parts.words ?? unexplained;
    this.retryable = parts.retryable ?? false;
    this.context = parts.context ?? {};
  }

  in(language: Language): string {
    return this.words[language];
  }
}

const unexplained: Words = {
  zh: '出了问题，您填写的内容都还在。请稍后再试。',
  en: 'Something went wrong. What you entered is still here. Please try again.',
};

const offline: Words = {
  zh: '暂时连不上网络。您填写的内容都还在，请检查网络后再试。',
  en: 'There is no connection right now. What you entered is still here; please check and try again.',
};

export function unanswered(): Refusal {
  return new Refusal({ code: noAnswer, words: offline, retryable: true });
}

/** A problem document (RFC 9457) as the house sends it; a proxy's error page gives its status. */
export function refusalIn(status: number, text: string): Refusal {
  try {
    const told = JSON.parse(text) as {
      code?: unknown;
      detail?: unknown;
      retryable?: unknown;
      context?: unknown;
    };
    const words = told.detail as Words | undefined;
    return new Refusal({
      code: String(told.code),
      status,
      ...(typeof words?.zh === 'string' ? { words } : {}),
      retryable: told.retryable === true,
      context: (told.context ?? {}) as Record<string, unknown>,
    });
  } catch {
    return new Refusal({ code: 'page.unreadable', status, retryable: status >= 500 });
  }
}

/** Whatever was thrown, as something that can be said. A bug is thrown on. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}
