/**
 * Puts the business rooms of one process together: the same for the API and for the worker.
 *
 * Nothing here decides anything; it is the list of who gets which part.
 */
import { fileURLToPath } from 'node:url';

import { CatalogFolder } from '#adapters/catalog';
import { BureauGateway, CoreBankingGateway, IdentityGateway, SmsGateway } from '#adapters/gateways';
import {
  PostgresConsents,
  PostgresDocuments,
  PostgresInstalments,
  PostgresIntents,
  PostgresJobs,
  PostgresLoans,
  PostgresTickets,
} from '#adapters/postgres';
import { loadFonts, outlinesOf, Typesetter } from '#adapters/typesetting';
import { call } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { Catalog } from '#business/catalog';
import { Consents } from '#business/consent';
import { ContractDesk, IntentDesk } from '#business/contract';
import {
  Assessment,
  Conclusion,
  Disbursement,
  headOfShelf,
  LenderDesk,
  type LenderSeal,
  LoanFile,
  type LoanParts,
  type PersonalValues,
  Reception,
  SigningDesk,
} from '#business/lending';
import type { Vault } from '#business/vault';
import { Sealer } from '#trust/signing';
import { TimestampClient, testStampPolicy } from '#trust/timestamp';
import type { Ground } from './ground.ts';
import { authorisationId, institution } from './institution.ts';
import { sealName } from './plan.ts';
import { gatewayKey, trustedCertificate } from './trust-folder.ts';

const catalogFolder = fileURLToPath(new URL('../../catalog', import.meta.url));
const gatewayMsMax = 10_000;

export type LendingRooms = Awaited<ReturnType<typeof openLendingRooms>>;

export async function openLendingRooms(ground: Ground) {
  const { engine, clock, units, shelf, vault, evidence } = ground;
  const reader = new CatalogFolder(catalogFolder);
  const catalog = await Catalog.load({ reader, engine, clock });
  const fonts = loadFonts();
  const press = new Typesetter({ templates: catalog, fonts });
  const jobs = new PostgresJobs();
  const loan = await loanParts(ground, { catalog, press, jobs });
  const file = new LoanFile(loan);
  const conclusion = new Conclusion(loan, file);
  const headOf = headOfShelf({ loan, shelf });
  const sealer = new Sealer({
    ...ground,
    tickets: new PostgresTickets(),
    cipher: vault,
    evidence,
    stamps: await stampClient(ground),
  });
  const lenderSeal = lenderSealOf(ground);
  const outlines = outlinesOf(fonts);
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
    lenderSeal,
    outlines,
    conclusion,
    signing,
    reception: new Reception(loan, file),
    assessment: new Assessment(loan, { file, headOf }),
    disbursement: new Disbursement(loan, { file, headOf }),
    lender: new LenderDesk(loan, { file, signing, headOf }),
  };
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
    loans: new PostgresLoans(),
    instalments: new PostgresInstalments(),
    jobs,
    persons: personsIn(vault),
    shelf: catalog,
    consents: new Consents({ ...base, store: new PostgresConsents(), shelf: catalog }),
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

async function gatewayParts({ settings, engine }: Ground, name: string) {
  const socket = settings.sockets[name] ?? '';
  return {
    call: (question: Parameters<typeof call>[1]) =>
      call(socket, { timeoutMs: gatewayMsMax, ...question }),
    key: await gatewayKey(settings.trust, name),
    engine,
    simulatorsAllowed: settings.mode === 'demo',
  };
}

async function stampClient(ground: Ground): Promise<TimestampClient> {
  return new TimestampClient({
    ...ground,
    line: ground.centre,
    authorities: [await trustedCertificate(ground.settings.trust, 'tsa')],
    policy: testStampPolicy,
  });
}

function lenderSealOf({ keystore }: Ground): LenderSeal {
  return {
    certificate: () => keystore.certificateOf(sealName),
    words: async () => ({ organisation: institution.sealArc, kind: institution.sealWords }),
    async sign(ticket, { tenant, kind }) {
      const order = { tenant, seal: sealName, authorisation: authorisationId, kind };
      return (await keystore.signTicket(ticket, order)).signature;
    },
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
