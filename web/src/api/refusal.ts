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
  /** Under which the house has written down what happened; empty where it did not answer. */
  readonly requestId: string;
  readonly context: Readonly<Record<string, unknown>>;

  constructor(parts: {
    code: string;
    status?: number;
    words?: Words;
    retryable?: boolean;
    requestId?: string;
    context?: Readonly<Record<string, unknown>>;
  }) {
    super(parts.code);
    this.code = parts.code;
    this.status = parts.status ?? 0;
    this.words = parts.words ?? unexplained;
    this.retryable = parts.retryable ?? false;
    this.requestId = parts.requestId ?? '';
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
  return refusalFrom(status, parsed(text));
}

/** The same of a body that is parsed already; `otherwise` is said where it is no problem document. */
export function refusalFrom(status: number, told: unknown, otherwise = unexplained): Refusal {
  if (!isProblem(told)) {
    const retryable = status >= 500;
    return new Refusal({ code: 'page.unreadable', status, words: otherwise, retryable });
  }
  const { code, detail, retryable, requestId, context } = told;
  return new Refusal({
    code,
    status,
    words: typeof detail?.zh === 'string' ? detail : otherwise,
    retryable: retryable === true,
    requestId: requestId ?? '',
    context: context ?? {},
  });
}

interface Problem {
  readonly code: string;
  readonly detail?: Words;
  readonly retryable?: boolean;
  readonly requestId?: string;
  readonly context?: Readonly<Record<string, unknown>>;
}

function isProblem(told: unknown): told is Problem {
  return typeof told === 'object' && told !== null && 'code' in told;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whatever was thrown, as something that can be said. A bug is thrown on. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  throw thrown;
}
