/**
 * `fubie seal list --tenant T | make --tenant T --seal S --documents KIND[,KIND] --days N
 * --granted-by OFFICE --by NAME | destroy --tenant T --seal S [--var DIR] [--json]`: the ceremony
 * of the keeper of the keys, in a stopped or running house (S3-42).
 *
 * What the institution approved in its book is made here: a key where the key store keeps keys, a
 * certificate by the trust centre, the paper under which the seal signs by itself. What it
 * destroyed there ends here, key and certificate. No process that answers the network can do
 * either. Both may be repeated after a crash: they go on where it stopped.
 */
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { toHex } from '#base/bytes';
import { addSeconds } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import type { Seal, SealBook, SealMade } from '#business/seal';
import { parseCertificate } from '#formats/x509';
import { readProcessSettings, readStartSettings, type StartSettings } from '../../config.ts';
import { openEstate, processFolder } from '../estate/estate.ts';
import { markSealGone, placeSealOrder, wordsOf } from '../estate/seal-orders.ts';
import { type StandingOrders, withStandingHouse } from '../house/standing.ts';
import { neededOption, optionOf } from '../options.ts';
import { type Ground, openGround } from '../rooms/ground.ts';
import { sealBookOf } from '../rooms/seal.ts';

const daySeconds = 86_400;
const daysMax = 1_830; // five years; a paper that nobody renews is a paper that nobody reads
const kindPattern = /^[a-z][a-z0-9-]{0,63}$/;

type Told = { readonly [name: string]: string | readonly string[] };

interface Ceremony {
  readonly settings: StartSettings;
  readonly args: readonly string[];
  readonly tenant: TenantId;
  readonly house: StandingOrders;
  readonly ground: Ground;
  readonly book: SealBook;
}

type Act = (ceremony: Ceremony) => Promise<readonly Told[]>;
const acts: Readonly<Record<string, Act>> = { list, make, destroy };

export async function run(args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const act = Object.hasOwn(acts, name) ? acts[name] : undefined;
  if (act === undefined) throw new Fault('main.usage', { needs: Object.keys(acts).join('|') });
  const told = await inHouse(rest, act);
  if (rest.includes('--json')) process.stdout.write(`${JSON.stringify({ seals: told })}\n`);
  else for (const one of told) process.stdout.write(`${Object.values(one).join('  ')}\n`);
  return 0;
}

async function inHouse(args: readonly string[], act: Act): Promise<readonly Told[]> {
  const read = readStartSettings();
  const settings = { ...read, root: optionOf(args, '--var') ?? read.root };
  const tenant = neededOption(args, '--tenant') as TenantId;
  return withStandingHouse(settings, async (house) => {
    // As `work`, whose entries these are.
    const folder = processFolder(openEstate(settings.root), 'work');
    const ground = await openGround(readProcessSettings(folder));
    try {
      await ground.recordOf(tenant);
      const book = sealBookOf(ground, outlinesOf(loadFonts()));
      return await act({ settings, args, tenant, house, ground, book });
    } finally {
      await ground.database.close();
    }
  });
}

async function list({ tenant, ground, book }: Ceremony): Promise<readonly Told[]> {
  const seals = await ground.units.run(tenant, (unit) => book.list(unit));
  return seals.map(toldOf);
}

async function make(ceremony: Ceremony): Promise<readonly Told[]> {
  const { settings, args, tenant, house, ground, book } = ceremony;
  const id = neededOption(args, '--seal');
  const by = neededOption(args, '--by');
  const paper = paperIn(args);
  const seal = await ground.units.run(tenant, (unit) => book.seal(unit, id));
  if (seal.standing === 'made') return [toldOf(seal)];
  if (seal.standing !== 'approved') {
    throw new Fault('seal.standing_differs', { seal: id, standing: seal.standing, act: 'make' });
  }
  const from = ground.clock.now();
  // The order first: from here on any start finishes what this ceremony began.
  const order = await placeSealOrder(openEstate(settings.root).tenants, tenant, {
    seal: id,
    words: wordsOf(seal.figure),
    documents: paper.documents,
    grantedBy: paper.grantedBy,
    from,
    until: addSeconds(from, paper.days * daySeconds),
  });
  await house.adopt();
  const certificate = await ground.keystore.certificateOf(tenant, id);
  const made: SealMade = {
    certificateSha256: toHex(await ground.engine.digest('sha256', certificate)),
    notAfter: parseCertificate(certificate).notAfter,
    documents: order.documents,
    until: order.until,
  };
  const why = `按批准制作；书面授权出具人：${order.grantedBy}`;
  const commit = book.step(id, { act: 'make', by: `keeper:${by}`, why, made });
  return [toldOf(await ground.units.run(tenant, commit))];
}

/** Of a seal that the institution has destroyed in its book; no other ends here. */
async function destroy(ceremony: Ceremony): Promise<readonly Told[]> {
  const { settings, args, tenant, house, ground, book } = ceremony;
  const id = neededOption(args, '--seal');
  const seal = await ground.units.run(tenant, (unit) => book.seal(unit, id));
  const { standing } = seal;
  if (standing !== 'destroyed') {
    throw new Fault('seal.standing_differs', { seal: id, standing, act: 'destroy' });
  }
  await markSealGone(openEstate(settings.root).tenants, tenant, id);
  await house.adopt();
  return [toldOf(seal)];
}

function paperIn(args: readonly string[]) {
  const documents = neededOption(args, '--documents').split(',');
  const days = Number(neededOption(args, '--days'));
  const grantedBy = neededOption(args, '--granted-by');
  const isWhole = Number.isSafeInteger(days) && days > 0 && days <= daysMax;
  if (!isWhole || grantedBy.trim() === '' || !documents.every((kind) => kindPattern.test(kind))) {
    throw new Fault('main.usage', { needs: '--documents KIND,KIND --days N --granted-by OFFICE' });
  }
  return { documents, days, grantedBy };
}

function toldOf({ id, standing, figure, documents, steps }: Seal): Told {
  const made = steps.findLast((step) => step.made !== undefined)?.made;
  const certificate = made === undefined ? {} : { certificateSha256: made.certificateSha256 };
  return { seal: id, standing, words: wordsOf(figure), documents, ...certificate };
}
