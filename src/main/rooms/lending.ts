/**
 * Puts the business rooms of one process together: the same for the API and for the worker.
 *
 * Nothing here decides anything; it is the list of who gets which part.
 */
import { BureauGateway, CoreBankingGateway, IdentityGateway, SmsGateway } from '#adapters/gateways';
import {
  PostgresAfterwards,
  PostgresConsents,
  PostgresDocuments,
  PostgresInstalments,
  PostgresIntents,
  PostgresJobs,
  PostgresLoans,
  PostgresOrgUnits,
  PostgresTickets,
} from '#adapters/postgres';
import { loadFonts, outlinesOf, Typesetter } from '#adapters/typesetting';
import { call } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import type { Catalog } from '#business/catalog';
import { type ConsentParties, Consents } from '#business/consent';
import { ContractDesk, IntentDesk, LongTermDesk } from '#business/contract';
import {
  Assessment,
  Conclusion,
  Disbursement,
  headOfShelf,
  LenderDesk,
  type LenderSeal,
  type LendingTenancy,
  LoanFile,
  type LoanParts,
  type PersonalValues,
  Reception,
  SigningDesk,
} from '#business/lending';
import type { SealBook } from '#business/seal';
import type { Vault } from '#business/vault';
import { LongTermShelf, Sealer } from '#trust/signing';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import { paperOf } from '../estate/plan.ts';
import { wordsOf } from '../estate/seal-orders.ts';
import { gatewayKey, trustedStampers } from '../estate/trust-folder.ts';
import type { Ground } from './ground.ts';
import { loadCatalog } from './house-catalog.ts';
import { sealBookOf } from './seal.ts';

const gatewayMsMax = 10_000;

export type LendingRooms = Awaited<ReturnType<typeof openLendingRooms>>;

/** `kept`: what another opening of the same process loaded and no ground changes. */
export async function openLendingRooms(ground: Ground, kept?: Press) {
  const { units, shelf, vault, evidence } = ground;
  const { catalog, press, outlines } = kept ?? (await openPress(ground));
  const jobs = new PostgresJobs();
  const loan = await loanParts(ground, { catalog, press, jobs });
  const file = new LoanFile(loan);
  const conclusion = new Conclusion(loan, file);
  const headOf = headOfShelf({ loan, shelf });
  const stamps = await stampClient(ground);
  const sealer = new Sealer({
    ...ground,
    tickets: new PostgresTickets(),
    cipher: vault,
    evidence,
    stamps,
  });
  const seals = sealBookOf(ground, outlines);
  const lenderSeal = lenderSealOf(ground, seals);
  const signing = new SigningDesk({ loan, file, conclusion, sealer, shelf, lenderSeal, outlines });
  return {
    catalog,
    press,
    jobs,
    units,
    loan,
    file,
    headOf,
    sealer,
    seals,
    lenderSeal,
    outlines,
    conclusion,
    signing,
    reception: new Reception(loan, file),
    assessment: new Assessment(loan, { file, headOf }),
    disbursement: new Disbursement(loan, { file, headOf }),
    longTerm: longTermOf(ground, stamps),
    lender: new LenderDesk(loan, { file, signing, headOf }),
  };
}

type Press = Awaited<ReturnType<typeof openPress>>;

async function openPress({ engine, clock }: Ground) {
  const catalog = await loadCatalog({ engine, clock });
  const fonts = loadFonts();
  const press = new Typesetter({ templates: catalog, fonts });
  return { catalog, press, outlines: outlinesOf(fonts) };
}

async function loanParts(
  ground: Ground,
  made: { catalog: Catalog; press: Typesetter; jobs: PostgresJobs },
): Promise<LoanParts> {
  const { settings, centre, vault, shelf, clock, random, engine, units, evidence } = ground;
  const { catalog, press, jobs } = made;
  const base = { clock, random, engine, units, evidence };
  const documents = new PostgresDocuments();
  return {
    ...base,
    mode: settings.mode === 'production' ? 'production' : 'simulated',
    tenancy: tenancyOf(ground),
    loans: new PostgresLoans(),
    outlets: new PostgresOrgUnits(),
    receipts: new PostgresAfterwards(),
    instalments: new PostgresInstalments(),
    jobs,
    persons: personsIn(vault),
    shelf: catalog,
    consents: new Consents({
      ...base,
      store: new PostgresConsents(),
      shelf: catalog,
      parties: partiesIn(ground),
    }),
    contracts: new ContractDesk({ ...base, documents, press, originals: shelf }),
    intents: new IntentDesk({
      ...base,
      documents,
      intents: new PostgresIntents(vault),
      gateway: new SmsGateway(await gatewayParts(ground, 'sms')),
      issuer: {
        async issue(order) {
          const { certificate, receipt } = await centre.issueEventCertificate(order);
          return { certificate: certificate.der, receipt };
        },
      },
    }),
    identity: new IdentityGateway(await gatewayParts(ground, 'identity')),
    bureau: new BureauGateway(await gatewayParts(ground, 'bureau')),
    bank: new CoreBankingGateway(await gatewayParts(ground, 'core-banking')),
  };
}

/** What a client of a gateway asks with, and whose signature it believes. */
export async function gatewayParts({ settings, engine }: Ground, name: string) {
  const socket = settings.sockets[name] ?? '';
  return {
    call: (question: Parameters<typeof call>[1]) =>
      call(socket, { timeoutMs: gatewayMsMax, ...question }),
    key: await gatewayKey(settings.trust, name),
    engine,
    simulatorsAllowed: settings.mode === 'demo',
  };
}

/** The authority's root and what it says of revocation in this moment. */
function longTermOf(ground: Ground, stamps: TimestampClient): LongTermDesk {
  const { centre } = ground;
  const proofs = {
    async fetch() {
      const anchors = [(await centre.root()).der];
      return { anchors, certificates: [], crls: [(await centre.crl()).der], ocsps: [] };
    },
  };
  return new LongTermDesk({
    units: ground.units,
    documents: new PostgresDocuments(),
    longTerm: new LongTermShelf({ ...ground, proofs, stamps }),
  });
}

async function stampClient(ground: Ground): Promise<TimestampClient> {
  return new TimestampClient({
    ...ground,
    line: ground.centre,
    authorities: await trustedStampers(ground.settings.trust),
    reread: () => trustedStampers(ground.settings.trust),
    policy: testStampPolicy,
  });
}

function lenderSealOf({ keystore, recordOf, units, entries }: Ground, book: SealBook): LenderSeal {
  return {
    async chosen(tenant, kind) {
      const { id, figure } = await units.run(tenant, (unit) => book.chosen(unit, kind));
      const { seal: installed } = await recordOf(tenant);
      return {
        figure,
        words: { organisation: installed.arc, kind: wordsOf(figure) },
        certificate: await keystore.certificateOf(tenant, id),
        async sign(ticket, order) {
          const { entry: hash, salts } = order.intention;
          // What the key store is shown is what the database holds, after the commit.
          const held = await units.run(tenant, async (unit) => {
            await book.use(unit, { seal: id, kind: order.kind, entry: hash });
            return entries.byHash(unit, hash);
          });
          if (held === undefined) throw new Fault('evidence.entry_unknown');
          const under = { tenant, seal: id, authorisation: paperOf(id), kind: order.kind };
          const intention = { entry: held.bytes, salts };
          return (await keystore.signTicket(ticket, { ...under, intention })).signature;
        },
      };
    },
  };
}

function tenancyOf({ recordOf, tenants, metering, settings }: Ground): LendingTenancy {
  return {
    async lenderOf(tenant) {
      const { name, code, address, phone, court } = await recordOf(tenant);
      return { name, code, address, phone, court };
    },
    async admit(unit, product) {
      await tenants.requireOffered(unit, product);
      await metering.requireRoom(unit, 'contracts');
    },
    concluded: (unit) => metering.count(unit, 'contracts', 1),
    messageSent: (unit) => metering.count(unit, 'sms', 1),
    async pagesOf(tenant) {
      const { hosts } = await recordOf(tenant);
      const port = settings.more['port'] ?? '0';
      // The demo answers on this computer, without a certificate and on a port of its own.
      if (settings.mode === 'demo') return `http://${hosts[0]}${port === '0' ? '' : `:${port}`}`;
      return `https://${hosts[0]}`;
    },
  };
}

/** Who handles the information is the institution the products are lent by. */
function partiesIn({ recordOf }: Ground): ConsentParties {
  return {
    async handlerOf(tenant) {
      const { name, phone } = await recordOf(tenant);
      return { name, contact: phone };
    },
    // No partner lends, guarantees or advertises in the demo.
    recipientOf: async () => undefined,
  };
}

function personsIn(vault: Vault): PersonalValues {
  return {
    put: (unit, place, value) => vault.put(unit, place, utf8(value)),
    async get(unit, place) {
      const bytes = await vault.get(unit, place);
      return bytes === undefined ? undefined : fromUtf8(bytes);
    },
  };
}
