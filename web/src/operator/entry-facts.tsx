import { filled, type Language, useLanguage, useWords, type Words } from '../ui/language.tsx';
import { Digest } from './digest.tsx';
import { type Names, useNames } from './rules.ts';
import { grouped, secondOf, yuanOf } from './shown.ts';
import type { Entry } from './timeline-of.ts';
import { caseWords } from './words/cases.ts';
import { factWords, valueWords } from './words/facts.ts';

/** What a reader wants to know of an entry at once; the rest is folded. */
const telling: Readonly<Record<string, readonly string[]>> = {
  'case.opened': ['product'],
  'consent.signed': ['kind', 'decision'],
  'consent.withdrawn': ['kind'],
  'application.received': ['amountFen', 'termMonths'],
  'capture.stored': ['kind'],
  'identity.checked': ['result'],
  'risk.decided': ['decision'],
  'decision.reviewed': ['decision'],
  'document.drafted': ['document'],
  'reading.completed': ['document', 'secondsRead'],
  'clause.confirmed': ['title'],
  'sheet.confirmed': [],
  'intent.confirmed': ['method'],
  'seal.intended': ['kind', 'field'],
  'seal.done': ['field', 'revision'],
  'document.raised': ['level', 'revision'],
  'payment.authorised': ['method'],
  disbursed: ['amountFen'],
  repaid: ['number', 'amountFen'],
};

/** What an entry states: its gist in one line, all of it on demand. */
export function EntryFacts({ entry, title }: { readonly entry: Entry; readonly title: string }) {
  const say = useWords(caseWords);
  const { language } = useLanguage();
  const { facts, type, by } = entry;
  const names = useNames();
  const plain = (name: string, value: unknown) =>
    name === 'product' ? productOf(value, names) : plainOf(name, value, language);
  const gist = (telling[type] ?? []).flatMap((name) => {
    const text = plain(name, facts[name]);
    return text === '' ? [] : [text];
  });
  return (
    <details className="entry">
      <summary>
        <strong>{title}</strong> <span>{gist.join(' · ')}</span>
      </summary>
      <dl>
        {Object.keys(facts)
          .toSorted()
          .map((name) => (
            <div key={name}>
              <dt>{factWords[name]?.[language] ?? name}</dt>
              <dd>
                <Value text={plain(name, facts[name])} />
              </dd>
            </div>
          ))}
        <div>
          <dt>{say('by')}</dt>
          <dd>{by}</dd>
        </div>
        <div>
          <dt>{say('index')}</dt>
          <dd>{entry.index ?? say('notInLog')}</dd>
        </div>
      </dl>
    </details>
  );
}

const longId = /^[0-9a-f]{64}$|^[0-9a-f]{8}-[0-9a-f-]{27}$/;

function Value({ text }: { readonly text: string }) {
  if (text === '') return '—';
  return longId.test(text) ? <Digest text={text} /> : text;
}

/** `rural-loan 2026-1`: the product and its version. */
function productOf(value: unknown, names: Names): string {
  const [id = '', version = ''] = String(value).split(' ');
  return `${names.product(id)} ${version}`.trim();
}

function plainOf(name: string, value: unknown, language: Language): string {
  if (value === undefined || value === null) return '';
  if (Array.isArray(value)) {
    const parts = value.map((one) => plainOf(name, one, language));
    return parts.join(language === 'zh' ? '、' : ', ');
  }
  if (typeof value === 'number') return figureOf(name, value, language);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (name.endsWith('Fen')) return `${yuanOf(value)} ${language === 'zh' ? '元' : 'yuan'}`;
  if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return secondOf(value);
  return valueWords[value]?.[language] ?? value;
}

/** `{n}` stands for the figure. */
const figures: Readonly<Record<string, Words>> = {
  secondsRead: { zh: '{n} 秒', en: '{n} s' },
  secondsMin: { zh: '{n} 秒', en: '{n} s' },
  secondsAloud: { zh: '{n} 秒', en: '{n} s' },
  termMonths: { zh: '{n} 个月', en: '{n} months' },
  revision: { zh: '第 {n} 版', en: 'revision {n}' },
  number: { zh: '第 {n} 期', en: 'instalment {n}' },
};

function figureOf(name: string, value: number, language: Language): string {
  return filled(figures[name]?.[language] ?? '{n}', { n: grouped(value) });
}
