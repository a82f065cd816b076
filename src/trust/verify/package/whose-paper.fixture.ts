/**
 * For tests: loans of a house that has every key of its own and shows a court another paper, or
 * another person, than the one that was agreed with: who signs for the guarantor, whom the contract
 * names, which sheet and which note lie beside it, what is kept closed, what is dated back.
 */
import { fromBase64, toBase64, toHex, utf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import { addSeconds, formatInstant } from '#base/clock';
import { type BundleFile, numbered } from '#formats/bundle';
import type { Disclosure } from '#formats/disclosure';
import { attest } from '#formats/entry';
import { samplePdf } from '../own/sample-pdf.fixture.ts';
import { type SampleHouse, sealCode } from '../own/sample-trust.fixture.ts';
import { type Draft, opening } from './sample-log.fixture.ts';
import { samplePackage, type Wish } from './sample-package.fixture.ts';
import type { SecondService } from './second-service.fixture.ts';

const number = 'FB202609217777777777777777';
const idNumber = '990101199003070111';
const she = { name: '王样例', idNumber };
const lender = { code: sealCode, name: '样例信用社' };
const contractFile = 'documents/01-contract.pdf';

export async function whosePapers(house: SampleHouse): Promise<readonly SecondService[]> {
  const id = await opening('idNumber', idNumber, house.engine);
  const first = await opening('preservationNumber', number, house.engine);
  const says = { borrower: she, lender, preservationNumber: number };
  const named: Wish = { says, applicant: [id], opensFirst: [first] };
  return [
    ...parties(named),
    ...(await numbers(house, named)),
    ...(await sheets(house)),
    ...(await chains(house, first)),
    ...banks(house),
    ...(await cards(house)),
    ...reports(house),
  ];
}

/** Who signs where, and whom the paper names there. */
function parties(named: Wish): readonly SecondService[] {
  const { applicant = [] } = named;
  const naming = (party: string, says: { readonly [name: string]: Json }): Wish => ({
    ...named,
    says: { ...named.says, [party]: says },
  });
  const bound = naming('guarantor', { name: '李样例' });
  const borrowers = `signer_role_wrong ${contractFile}#revision 2`;
  const guarantors = `signer_role_wrong ${contractFile}#revision 3`;
  return [
    { name: 'a paper that names who signs it', flaw: undefined, wish: named },
    { name: 'another borrower than signs', flaw: borrowers, wish: naming('borrower', lender) },
    {
      name: 'somebody of her name',
      flaw: borrowers,
      wish: naming('borrower', { ...she, idNumber: '990101199003070137' }),
    },
    {
      name: 'whether she is that one kept closed',
      flaw: `applicant_not_shown ${contractFile}#revision 2`,
      wish: { ...named, applicant: [], keepsClosed: applicant },
    },
    {
      name: 'another lender than seals',
      flaw: guarantors,
      wish: naming('lender', { ...lender, code: '91999999MA00000087' }),
    },
    { name: 'a guarantor', flaw: undefined, wish: { ...bound, guarantor: 'himself' } },
    {
      name: 'the borrower for the guarantor',
      flaw: guarantors,
      wish: { guarantor: 'the borrower' },
    },
    {
      name: 'the borrower for the guarantor, on another word of hers',
      flaw: guarantors,
      wish: { guarantor: 'the borrower on another word' },
    },
    {
      name: 'a guarantor whom the paper does not name',
      flaw: guarantors,
      wish: { ...named, guarantor: 'himself' },
    },
  ];
}

/** A paper drawn up beside the contract: its entry, and its file. */
export function drawn(
  word: string,
  data: { readonly [name: string]: Json },
  spelled?: (data: Uint8Array) => Uint8Array,
) {
  return laidBeside(word, samplePdf({ salt: 'beside', ...data }, [], spelled));
}

/** Any paper beside the contract. */
export function laidBeside(word: string, bytes: Uint8Array) {
  const draft: Draft = { type: 'document.drafted', of: [{ name: word, bytes }] };
  const swap = (files: BundleFile[]) => [...files, { name: `documents/02-${word}.pdf`, bytes }];
  return { bytes, draft, swap, behind: async () => [draft] };
}

/** Which case and which terms the papers speak of. */
async function numbers({ engine }: SampleHouse, named: Wish): Promise<readonly SecondService[]> {
  const loan = { amountFen: '500000', months: 12 };
  const first = { ...named, says: { ...named.says, loan } };
  const own = drawn('note', { borrower: she, loan, preservationNumber: number });
  const dearer = drawn('note', { borrower: she, loan: { ...loan, amountFen: '800000' } });
  const others = drawn('note', { borrower: { ...she, idNumber: '990101199003070137' } });
  const elsewhere = await opening('preservationNumber', `${number.slice(0, -1)}8`, engine);
  const { opensFirst = [] } = named;
  return [
    { name: 'a note of the contract', flaw: undefined, wish: { ...first, ...own } },
    {
      name: 'a note over more',
      flaw: 'paper_differs documents/02-note.pdf',
      wish: { ...first, ...dearer },
    },
    {
      name: 'a note of somebody else',
      flaw: 'paper_differs documents/02-note.pdf',
      wish: { ...first, ...others },
    },
    {
      name: 'a contract of another case',
      flaw: `paper_differs ${contractFile}`,
      wish: { ...named, opensFirst: [elsewhere] },
    },
    {
      name: 'which case it is kept closed',
      flaw: `paper_not_shown ${contractFile}`,
      wish: { ...named, opensFirst: opensFirst.slice(1) },
    },
  ];
}

/** Which sheet she saw. */
async function sheets({ engine }: SampleHouse): Promise<readonly SecondService[]> {
  const sheet = drawn('cost-sheet', { loan: { amountFen: '500000' } });
  const other = drawn('cost-sheet', { loan: { amountFen: '500000' }, salted: 'anew' });
  const digest = toHex(await engine.digest('sha256', sheet.bytes));
  const says = { costSheetSha256: digest };
  const confirmed: Draft = {
    type: 'sheet.confirmed',
    opens: [await opening('document', 'cost-sheet', engine), await opening('base', digest, engine)],
  };
  const behind = async () => [sheet.draft, confirmed];
  return [
    { name: 'the sheet of the contract', flaw: undefined, wish: { says, ...sheet, behind } },
    {
      name: 'another sheet than the contract names',
      flaw: `paper_differs ${contractFile}`,
      wish: { says, ...other },
    },
    {
      name: 'which sheet she confirmed kept closed',
      flaw: 'paper_not_shown entries/0007.json',
      wish: { ...sheet, behind: async () => [sheet.draft, { ...confirmed, closed: true }] },
    },
  ];
}

/** Which chain the contract is part of: a house that keeps two for one case shows either. */
async function chains(house: SampleHouse, other: Disclosure): Promise<readonly SecondService[]> {
  const { files } = await samplePackage(house);
  const naming = async (seq: number): Promise<Wish> => {
    const entry = files.find(({ name }) => name === numbered('entry', seq));
    const digest = await house.engine.digest('sha256', entry?.bytes ?? new Uint8Array());
    return {
      says: { evidenceHeadSha256: toHex(digest) },
      before: async (bytes) => [{ type: 'document.drafted', of: [{ name: 'contract', bytes }] }],
    };
  };
  const [first, last] = [await naming(0), await naming(2)];
  const flaw = `paper_differs ${contractFile}`;
  return [
    { name: 'the chain that the contract names', flaw: undefined, wish: last },
    { name: 'a second chain of the case', flaw, wish: { ...last, opensFirst: [other] } },
    { name: 'a contract that names the beginning of its chain', flaw, wish: first },
  ];
}

/** What a bank says that it paid, so many seconds after the house's clock. */
export function bankOf(house: SampleHouse) {
  return async (
    says: { readonly [name: string]: Json },
    { contract, seconds = 0 }: { readonly contract: Uint8Array; readonly seconds?: number },
  ): Promise<Draft> => {
    const digest = toBase64(await house.engine.digest('sha256', contract));
    const at = formatInstant(addSeconds(house.now, seconds));
    const kind = 'core-banking.disbursement';
    const statement = { v: 1, kind, order: 'a', at, contract: digest, ...says };
    return { type: 'disbursed', att: await attest(statement, 'core-banking', house.identity) };
  };
}

/** What a bank was shown, and when it said so. */
function banks(house: SampleHouse): readonly SecondService[] {
  const paid = bankOf(house);
  const note = drawn('note', {});
  return [
    {
      name: 'a word of tomorrow morning',
      flaw: undefined,
      wish: { behind: async (contract) => [await paid({}, { contract, seconds: 80_000 })] },
    },
    {
      name: 'a record dated back',
      flaw: 'entry_time_backwards entries/0006.json',
      wish: { behind: async (contract) => [await paid({}, { contract, seconds: 172_800 })] },
    },
    {
      name: 'money on a paper that nobody signed',
      flaw: 'outside_word_wrong entries/0007.json',
      wish: { ...note, behind: async () => [note.draft, await paid({}, { contract: note.bytes })] },
    },
  ];
}

/** Whom it paid. */
async function cards(house: SampleHouse): Promise<readonly SecondService[]> {
  const paid = bankOf(house);
  const card = await opening('card', '9900010000000000018', house.engine);
  const other = await opening('card', '9900010000000000026', house.engine);
  const to = ({ sha256 }: typeof card): Wish => ({
    behind: async (contract) => [await paid({ commitments: { card: sha256 } }, { contract })],
  });
  return [
    { name: 'money to her card', flaw: undefined, wish: { applicant: [card], ...to(card) } },
    {
      name: 'money to the card of who applied first',
      flaw: 'outside_word_wrong entries/0007.json',
      wish: { applicant: [card], appliedBefore: [other], ...to(other) },
    },
    {
      name: 'money to a card kept closed',
      flaw: 'applicant_not_shown entries/0006.json',
      wish: { keepsClosed: [card], ...to(card) },
    },
  ];
}

/** What the report tells of the package. */
function reports({ engine }: SampleHouse): readonly SecondService[] {
  const digest = async (bytes: Uint8Array): Promise<string> =>
    toHex(await engine.digest('sha256', bytes));
  const facts = async (files: readonly BundleFile[]) => {
    const named = (start: string) => files.filter(({ name }) => name.startsWith(start));
    const [origin = '', size, root = ''] = text(named('checkpoint.txt')).split('\n');
    const rows = named('entries/').map(async ({ bytes }, seq) => ({
      seq,
      sha256: await digest(bytes),
    }));
    return {
      entries: await Promise.all(rows),
      documents: [{ name: 'contract', sha256: await digest(bytesOf(named('documents/'))) }],
      checkpoint: { origin, size: Number(size), root: toHex(fromBase64(root)) },
      evidenceList: { sha256: await digest(bytesOf(named('required'))) },
    };
  };
  const lies: readonly (readonly [string, string, { readonly [name: string]: Json }])[] = [
    ['no entries', 'entries', { entries: [] }],
    ['another paper', 'documents', { documents: [{ name: 'contract', sha256: '00' }] }],
    ['a later head', 'checkpoint.txt', { checkpoint: { origin: 'a', size: 9, root: '00' } }],
    ['another list', 'required-evidence.json', { evidenceList: { sha256: '00' } }],
  ];
  return [
    { name: 'a report of this package', flaw: undefined, wish: { reports: facts } },
    ...lies.map(([what, part, lie]) => ({
      name: `a report of ${what}`,
      flaw: `report_binding_differs ${part}`,
      wish: {
        reports: async (files: readonly BundleFile[]) => ({ ...(await facts(files)), ...lie }),
      },
    })),
  ];
}

function bytesOf(files: readonly BundleFile[]): Uint8Array {
  return files[0]?.bytes ?? utf8('');
}

function text(files: readonly BundleFile[]): string {
  return new TextDecoder().decode(bytesOf(files));
}
