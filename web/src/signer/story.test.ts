import { describe, expect, test } from 'vitest';
import type { CaseDocument, Progress, Step } from '../api/answers.ts';
import { placeAfter, screenOf } from './story.ts';

const document = (kind: string, change: Partial<CaseDocument> = {}): CaseDocument => ({
  id: kind,
  kind,
  title: kind,
  pages: 2,
  bytes: 1,
  sha256: '',
  secondsMin: 20,
  secondsRead: 0,
  secondsLeft: 20,
  pagesUnseen: [1, 2],
  read: false,
  clauses: [],
  signed: false,
  revision: 0,
  action: kind === 'cost-sheet' || kind === 'note' ? 'confirm' : 'sign',
  ...change,
});

const at = (
  next: Step,
  documents: CaseDocument[] = [],
  more: Partial<Progress> = {},
): Progress => ({
  case: '',
  application: '',
  product: '',
  productName: '',
  label: null,
  preservationNumber: '',
  state: 'opened',
  decision: null,
  contractNumber: null,
  institution: { name: '', phone: '' },
  session: { until: '', refresh: false },
  next,
  waitsFor: null,
  steps: [],
  consents: [],
  terms: null,
  reading: null,
  documents,
  intent: null,
  captures: { asked: [], stored: [], open: [] },
  handwriting: { asked: false, kept: false },
  receipt: false,
  ...more,
});

const read = { read: true };

describe('which screen comes next', () => {
  test('S0-08 a page that is opened again stands at the step the house waits for, whatever it remembers', () => {
    for (const place of ['', 'sign', 'read:x', 'photo:x', 'loan', 'nonsense']) {
      expect(screenOf(at('agreement'), place).is).toBe('agreement');
      expect(screenOf(at('payment'), place).is).toBe('payment');
      expect(screenOf(at('done'), place).is).toBe('done');
      expect(screenOf(at('seal'), place)).toEqual({ is: 'waiting', for: 'seal' });
      expect(screenOf(at('contract'), place)).toEqual({ is: 'waiting', for: 'document' });
    }
    expect(screenOf(at('application'), 'loan')).toEqual({ is: 'application', page: 'loan' });
    expect(screenOf(at('application'), 'sign')).toEqual({ is: 'application', page: 'who' });
  });

  test('S3-31 no camera opens before her yes; her no closes what leaned on it and nothing else', () => {
    const kinds = ['id-front', 'scene', 'income'];
    const captures = {
      asked: kinds.map((kind) => ({ kind, title: kind, required: false })),
      stored: [],
      open: [],
    };
    const after = (...decided: [kind: string, accepted: boolean][]) =>
      at('authorisations', [document('pi-authorisation')], {
        captures,
        consents: decided.map(([kind, accepted]) => ({
          kind,
          recipient: '',
          accepted,
          version: '1',
          at: '',
        })),
      });
    const opens = (progress: Progress) =>
      kinds.filter((kind) => {
        const screen = screenOf(progress, `photo:${kind}`);
        return screen.is === 'captures' && screen.kind === kind;
      });
    expect(opens(after())).toEqual(['income']);
    expect(opens(after(['recording', false], ['id-card-image', true]))).toEqual([
      'id-front',
      'income',
    ]);
    expect(opens(after(['recording', true]))).toEqual(['scene', 'income']);
    // Refusing everything, she goes on to read.
    expect(screenOf(after(['recording', false]), 'set').is).toBe('set');
  });

  test('S1-30 nobody comes to the signature over a document that is not read', () => {
    const set = [document('pi-authorisation', read), document('credit-authorisation')];
    for (const place of ['sign', '', 'set', 'code', 'read:elsewhere']) {
      expect(screenOf(at('authorisations', set), place).is).toBe('set');
    }
    expect(screenOf(at('authorisations', set), 'read:credit-authorisation')).toMatchObject({
      is: 'read',
      document: { kind: 'credit-authorisation' },
    });
    expect(placeAfter(set)).toBe('read:credit-authorisation');
    expect(placeAfter(set, 'credit-authorisation')).toBe('sign');
  });

  test('a tagged clause is confirmed one by one before the signature', () => {
    const clauses = [
      { id: 'rate', title: '利率', confirmed: true },
      { id: 'late', title: '逾期', confirmed: false },
    ];
    const contract = document('loan-contract', { ...read, clauses });
    expect(screenOf(at('contract', [contract]), 'sign')).toMatchObject({ is: 'clause', at: 1 });
    const done = { ...contract, clauses: clauses.map((one) => ({ ...one, confirmed: true })) };
    expect(screenOf(at('contract', [done]), 'sign').is).toBe('sign');
  });

  test('what one device signed, another does not ask for again', () => {
    const set = [
      document('pi-authorisation', { ...read, signed: true }),
      document('credit-authorisation', read),
    ];
    expect(screenOf(at('authorisations', set), 'sign')).toMatchObject({
      is: 'sign',
      documents: [{ kind: 'credit-authorisation' }],
    });
  });

  test('the cost sheet and the note are confirmed, not signed', () => {
    expect(screenOf(at('cost-sheet', [document('cost-sheet', read)]), 'sign').is).toBe('confirm');
    expect(screenOf(at('note', [document('note', read)]), 'sign').is).toBe('confirm');
  });

  test('photographs that nobody has to take are offered once and can be passed by', () => {
    const budget = { secondsMin: 9, secondsRead: 3, secondsLeft: 6, documents: [] };
    const asked = [{ kind: 'income', title: '收入证明', required: false }];
    const set = [document('pi-authorisation')];
    const fresh = at('authorisations', set, { captures: { asked, stored: [], open: [] } });
    expect(screenOf(fresh, '')).toEqual({ is: 'captures', kind: undefined });
    expect(screenOf(fresh, 'photo:income')).toEqual({ is: 'captures', kind: 'income' });
    expect(screenOf(fresh, 'set').is).toBe('set');
    const open = [{ id: 'x', kind: 'income', bytes: 1, chunkBytes: 1, missing: [0] }];
    const killed = at('authorisations', set, { captures: { asked, stored: [], open } });
    expect(screenOf({ ...killed, reading: { ...budget, secondsRead: 3 } }, '').is).toBe('captures');
    const stored = [{ id: 'x', kind: 'income', bytes: 1, at: '' }];
    const taken = at('authorisations', set, { captures: { asked, stored, open: [] } });
    expect(screenOf(taken, '').is).toBe('set');
    expect(screenOf(taken, 'photos').is).toBe('captures');
    expect(screenOf({ ...fresh, reading: budget }, '').is).toBe('set');
  });

  test('who waits for a person is told so', () => {
    const waits = at('assessment', [], { waitsFor: 'person' });
    expect(screenOf(waits, '')).toEqual({ is: 'waiting', for: 'person' });
    expect(screenOf(at('assessment'), '').is).toBe('assessment');
  });
});
