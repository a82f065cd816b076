/**
 * `fubie seal list --tenant T | make --tenant T --seal S --documents KIND[,KIND] --days N
 * --granted-by OFFICE --by NAME [--pkcs11 LIBRARY --token LABEL --password-file FILE] | renew, as
 * make without a token | destroy --tenant T --seal S [--var DIR] [--json]`: the ceremonies of the
 * keeper of the keys, in a stopped or running house (S3-42).
 *
 * What the institution approved in its book is made here: a key where the key store keeps keys or
 * in the token that is named, a certificate by the trust centre, the paper under which the seal
 * signs by itself. Certificate and paper are renewed for the same key before they end. What was
 * destroyed in the book ends here. No process that answers the network can do any of it. All may
 * be repeated after a crash: they go on where it stopped.
 */
import { installOwnToken, type SealName, sealKeyName, TokenKeys } from '#adapters/keystores';
import { loadFonts, outlinesOf } from '#adapters/typesetting';
import { toHex } from '#base/bytes';
import { addSeconds, formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import type { TenantId } from '#base/unit';
import {
  requireRenewable,
  type Seal,
  type SealBook,
  type SealMade,
  type SealStanding,
} from '#business/seal';
import { parseCertificate } from '#formats/x509';
import { readProcessSettings, readStartSettings, type StartSettings } from '../../config.ts';
import { openEstate, processFolder } from '../estate/estate.ts';
import { markSealGone, placeSealOrder, placeSealPaper, wordsOf } from '../estate/seal-orders.ts';
import { type StandingOrders, withStandingHouse } from '../house/standing.ts';
import { bytesOf, neededOption, optionOf, textOf } from '../options.ts';
import { type Ground, openGround } from '../rooms/ground.ts';
import { sealBookOf } from '../rooms/seal.ts';

const daySeconds = 86_400;
const daysMax = 1_830; // five years; a paper that nobody renews is a paper that nobody reads
const renewable: readonly SealStanding[] = ['made', 'active', 'suspended'];
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
const acts: Readonly<Record<string, Act>> = { list, make, renew, destroy };

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
  await tokenNamed(settings, { tenant, seal: id }, args);
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
  const made = await madeIn(ground, { tenant, seal: id }, order);
  const why = `按批准制作；书面授权出具人：${order.grantedBy}`;
  const commit = book.step(id, { act: 'make', by: `keeper:${by}`, why, made });
  return [toldOf(await ground.units.run(tenant, commit))];
}

/** Another certificate and another paper for the same key, before the old ones end or after. */
async function renew(ceremony: Ceremony): Promise<readonly Told[]> {
  const { settings, args, tenant, house, ground, book } = ceremony;
  const id = neededOption(args, '--seal');
  const by = neededOption(args, '--by');
  const { documents, days, grantedBy } = paperIn(args);
  const seal = await ground.units.run(tenant, (unit) => book.seal(unit, id));
  const { standing } = seal;
  if (!renewable.includes(standing)) {
    throw new Fault('seal.standing_differs', { seal: id, standing, act: 'renew' });
  }
  const from = ground.clock.now();
  requireRenewable(seal, documents, from);
  // The number says which renewal this is: a ceremony that is repeated finds its own order.
  const order = await placeSealPaper(openEstate(settings.root).tenants, tenant, {
    seal: id,
    paper: 2 + seal.steps.filter(({ act }) => act === 'renew').length,
    documents,
    grantedBy,
    from,
    until: addSeconds(from, days * daySeconds),
  });
  await house.adopt();
  const made = await madeIn(ground, { tenant, seal: id }, order);
  const why = `证书与书面授权续期（第${order.paper}份）；出具人：${order.grantedBy}`;
  const commit = book.step(id, { act: 'renew', by: `keeper:${by}`, why, made });
  return [toldOf(await ground.units.run(tenant, commit))];
}

/** What the key store now has under this seal's name, for the book. */
async function madeIn(
  { keystore, engine }: Ground,
  { tenant, seal }: SealName,
  paper: Pick<SealMade, 'documents' | 'until'>,
): Promise<SealMade> {
  const certificate = await keystore.certificateOf(tenant, seal);
  return {
    certificateSha256: toHex(await engine.digest('sha256', certificate)),
    notAfter: parseCertificate(certificate).notAfter,
    documents: paper.documents,
    until: paper.until,
  };
}

/** Where a token is named the key is made first: what it refuses must not become an order. */
async function tokenNamed(
  settings: StartSettings,
  name: SealName,
  args: readonly string[],
): Promise<void> {
  const module = optionOf(args, '--pkcs11');
  if (module === undefined) return;
  const pin = textOf(await bytesOf(neededOption(args, '--password-file'))).replace(/\r?\n$/, '');
  const place = { module, token: neededOption(args, '--token'), pin };
  const keys = new TokenKeys(place);
  await keys.make(sealKeyName(name), 'p256');
  await keys.close();
  await installOwnToken(processFolder(openEstate(settings.root), 'keystore'), name, place);
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
  const papers = steps.flatMap(({ made }) => made ?? []);
  const last = papers.at(-1);
  const told = { seal: id, standing, words: wordsOf(figure), documents };
  if (last === undefined) return told;
  // The older ones stay: what was sealed under them is judged by them.
  const earlier = papers.slice(0, -1).map(({ certificateSha256 }) => certificateSha256);
  const until = formatInstant(last.until);
  return { ...told, certificateSha256: last.certificateSha256, until, earlier };
}
