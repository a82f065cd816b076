/**
 * For tests: loans of a house that has every key of its own and tells one thing in two ways: other
 * figures in the note than in the contract, a table that does not add up, a claim on more than was
 * lent, one member of the contract's data twice, a report of other signatures.
 */
import { fromUtf8, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addSeconds, formatInstant } from '#base/clock';
import { parseEntry } from '#formats/entry';
import { layOut } from '../own/sample-pdf.fixture.ts';
import type { SampleHouse } from '../own/sample-trust.fixture.ts';
import { type Draft, opening } from './sample-log.fixture.ts';
import type { Wish } from './sample-package.fixture.ts';
import type { SecondService } from './second-service.fixture.ts';
import { drawn, laidBeside } from './whose-paper.fixture.ts';

const paper = 'documents/01-contract.pdf';
const hers = `${paper}#revision 2`;
const note = 'documents/02-note.pdf';
type Members = { readonly [name: string]: Json };

const plan = [
  {
    number: 1,
    dueOn: '2027-01-01',
    paymentFen: '2600',
    principalFen: '2500',
    interestFen: '100',
    balanceFen: '2500',
  },
  {
    number: 2,
    dueOn: '2027-02-01',
    paymentFen: '2550',
    principalFen: '2500',
    interestFen: '50',
    balanceFen: '0',
  },
];
const loan = {
  amountFen: '5000',
  months: 2,
  disbursedOn: '2026-11-22',
  fees: [],
  overduePercent: '35.10',
  lastPaymentFen: '2550',
  totalInterestFen: '150',
  totalPaymentFen: '5150',
  plan,
};

export async function otherFigures(house: SampleHouse): Promise<readonly SecondService[]> {
  return [
    ...figures(),
    ...(await rights(house)),
    ...spellings(),
    ...signers(house),
    ...reports(house),
  ];
}

/** What the papers say of the money. */
function figures(): readonly SecondService[] {
  const withNote = (members: Members): Wish => ({
    says: { loan },
    ...drawn('note', { loan: { ...loan, ...members } }),
  });
  const dearer = plan.map((row) => ({ ...row, paymentFen: '9999' }));
  const later = plan.map((row) => ({ ...row, dueOn: row.dueOn.replace('01', '11') }));
  const differs = `paper_differs ${note}`;
  const own = (members: Members): Wish => ({ says: { loan: { ...loan, ...members } } });
  return [
    { name: 'a note of the same figures', flaw: undefined, wish: withNote({}) },
    {
      name: 'a note of the same figures, paid out later',
      flaw: undefined,
      wish: withNote({ plan: later, disbursedOn: '2026-11-29' }),
    },
    { name: 'a note with dearer instalments', flaw: differs, wish: withNote({ plan: dearer }) },
    {
      name: 'a note with a fee',
      flaw: differs,
      wish: withNote({ fees: [{ name: '服务费', rate: '1%' }] }),
    },
    {
      name: 'a note with another penalty',
      flaw: differs,
      wish: withNote({ overduePercent: '46.80' }),
    },
    {
      name: 'a table that does not add up',
      flaw: `paper_differs ${paper}`,
      wish: own({ plan: dearer }),
    },
    {
      name: 'a sum above its table',
      flaw: `paper_differs ${paper}`,
      wish: own({ totalPaymentFen: '8000' }),
    },
  ];
}

/** What the house says that it may claim. */
async function rights(house: SampleHouse): Promise<readonly SecondService[]> {
  const says = { contractNumber: 'HT1', loan: { amountFen: '5000' } };
  const claim = { holder: house.tenant, contractNumber: 'HT1', amountFen: '5000' };
  const created = async (more: Members): Promise<Draft> => {
    const opens = [];
    for (const [name, value] of Object.entries({ ...claim, ...more })) {
      opens.push(await opening(name, value, house.engine));
    }
    return { type: 'right.created', opens };
  };
  const claiming = (more: Members): Wish => ({ says, behind: async () => [await created(more)] });
  const flaw = 'paper_differs entries/0006.json';
  return [
    { name: 'a claim from the contract', flaw: undefined, wish: claiming({}) },
    { name: 'a claim on more', flaw, wish: claiming({ amountFen: '8000' }) },
    { name: 'a claim from another contract', flaw, wish: claiming({ contractNumber: 'HT2' }) },
    { name: 'a claim of another holder', flaw, wish: claiming({ holder: 'another-bank' }) },
  ];
}

/** How the contract's data is spelled. */
function spellings(): readonly SecondService[] {
  const malformed = `pdf_malformed ${paper}`;
  const twice = utf8('{"loan":{"amountFen":"800000"},');
  return [
    {
      name: 'a sum that stands there twice',
      flaw: malformed,
      wish: {
        says: { loan: { amountFen: '500000' } },
        spells: (data) => Uint8Array.of(...twice, ...data.slice(1)),
      },
    },
    {
      name: 'a sum that stands twice in the note',
      flaw: `pdf_malformed ${note}`,
      wish: drawn('note', { loan }, (data) => Uint8Array.of(...twice, ...data.slice(1))),
    },
    {
      name: 'a note with one file for some readers and another for others',
      flaw: `pdf_malformed ${note}`,
      wish: laidBeside(
        'note',
        noteWith('/F (data.json) /UF (data.json) /EF << /F 5 0 R /UF 6 0 R >>'),
      ),
    },
    {
      name: 'a note whose file some readers show under another name',
      flaw: `pdf_malformed ${note}`,
      wish: laidBeside('note', noteWith('/F (data.json) /UF (x.json) /EF << /F 5 0 R >>')),
    },
    {
      name: 'another spelling',
      flaw: malformed,
      wish: { spells: (data) => utf8(`${fromUtf8(data)} `) },
    },
  ];
}

/** A paper with this file specification, and two files to which it may lead. */
function noteWith(specification: string): Uint8Array {
  const held = (data: string): string =>
    `<< /Type /EmbeddedFile /Length ${data.length} >>\nstream\n${data}\nendstream`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R /Names << /EmbeddedFiles << /Names [(data.json) 4 0 R] >> >> >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Resources << >> >>',
    `<< /Type /Filespec ${specification} >>`,
    held('{"loan":{"amountFen":"500000"}}'),
    held('{"loan":{"amountFen":"800000"}}'),
  ];
  return layOut(objects.map((object) => utf8(object)));
}

/** Who signed, as a viewer shows it. */
function signers({ now }: SampleHouse): readonly SecondService[] {
  const flaw = `contents_not_strict ${hers}`;
  return [
    { name: 'another name on the signature', flaw, wish: { claims: { signerName: '李样例' } } },
    {
      name: 'another day on the signature',
      flaw,
      wish: { claims: { time: addSeconds(now, -172_800) } },
    },
    {
      name: 'a stamp of a clock that does not know the minute',
      flaw: `stamp_wrong ${hers}`,
      wish: { claims: { accuracyMs: 3_600_000 } },
    },
    {
      name: 'a clock that is behind',
      flaw: undefined,
      wish: { claims: { time: addSeconds(now, -80_000) } },
    },
    {
      name: 'two persons with one key',
      flaw: `signer_role_wrong ${paper}#revision 3`,
      wish: { guarantor: 'himself', oneKey: true },
    },
  ];
}

/** What the report tells of entries, case and signatures. */
function reports({ now, engine }: SampleHouse): readonly SecondService[] {
  const entries = (twist: Members): Wish => ({
    reports: async (files) => {
      const own = files.filter(({ name }) => name.startsWith('entries/'));
      const rows = own.map(async ({ bytes }, seq) => {
        const { type, at } = parseEntry(bytes);
        const sha256 = toHex(await engine.digest('sha256', bytes));
        return { seq, sha256, type, at: formatInstant(at), ...(seq === 1 && twist) };
      });
      return { entries: await Promise.all(rows) };
    },
  });
  const row = (field: string, signer: string) => ({
    field,
    signer,
    signedAt: formatInstant(addSeconds(now, 30)),
  });
  const signatures = [row('borrower', '王样例'), row('lender', '合同专用章')];
  const says = { contractNumber: 'HT1' };
  const telling = (tells: Members): Wish => ({ says, reports: async () => tells });
  return [
    { name: 'a report of these entries', flaw: undefined, wish: entries({}) },
    {
      name: 'a report of another kind of entry',
      flaw: 'report_binding_differs entries',
      wish: entries({ type: 'identity.checked' }),
    },
    {
      name: 'a report of another time',
      flaw: 'report_binding_differs entries',
      wish: entries({ at: '2026-11-20T10:00:00.000+08:00' }),
    },
    {
      name: 'a report of these signatures',
      flaw: undefined,
      wish: telling({ signatures, case: { contractNumber: 'HT1' } }),
    },
    {
      name: 'a report of another signer',
      flaw: 'report_binding_differs signatures',
      wish: telling({ signatures: [row('borrower', '李样例'), row('lender', '合同专用章')] }),
    },
    {
      name: 'a report of one signature',
      flaw: 'report_binding_differs signatures',
      wish: telling({ signatures: signatures.slice(1) }),
    },
    {
      name: 'a report of another contract',
      flaw: 'report_binding_differs report.pdf',
      wish: telling({ case: { contractNumber: 'HT2' } }),
    },
  ];
}
