/**
 * One house for all stories of the desks: its persons, its hands, and what they often ask.
 */
import { existsSync, readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { nodeEngine } from '#adapters/engine';
import { refusedByBureau } from '#adapters/gateways';
import { textIn } from '#doors/phone';
import { verify } from '#trust/verify';
import { trustFiles } from '../../src/main/estate/trust-folder.ts';
import { World } from '../world.ts';
import { Borrower } from './borrower.ts';
import { coop, type Door, DoorHand, finance } from './door-hand.ts';
import type { Members, Said } from './hand.ts';
import { he, lin } from './people.ts';
import { openReplica, type Replica } from './replica.ts';
import { apply, authorise, borrow, well } from './walks.ts';

export const why = '旅程测试：按授权办理';

export class DesksHouse {
  readonly world: World;
  /** 林行舟 at the outlet 南湖, twice, and once more at the other institution. */
  readonly first: Borrower;
  readonly second: Borrower;
  readonly elsewhere: Borrower;
  /** Whom the bureau knows for his defaults. */
  readonly appealing: Borrower;
  /** The loans are paid out, and the second replica answers. */
  readonly walked: Promise<unknown>;
  /** The case whose hold was lifted after its person had asked to be forgotten. */
  released = '';
  #replica: Replica | undefined;

  private constructor(world: World) {
    this.world = world;
    const nanhu = { unit: 'nanhu', termMonths: 6 };
    this.first = new Borrower(world, lin, nanhu);
    this.second = new Borrower(world, lin, nanhu);
    this.appealing = new Borrower(world, { ...he, ...refusedByBureau });
    this.elsewhere = new Borrower(world, lin, {
      hand: new DoorHand(world, { at: finance }),
      product: 'consumer-loan-demo',
      purpose: 'household',
    });
    this.walked = Promise.all([
      borrow(this.first),
      borrow(this.second),
      borrow(this.elsewhere),
      apply(this.appealing).then(authorise),
      this.#openReplica(),
    ]);
    // Whoever awaits it is told; nobody has to.
    this.walked.catch(() => undefined);
  }

  async #openReplica(): Promise<void> {
    this.#replica = await openReplica(this.world);
  }

  static async open(): Promise<DesksHouse> {
    return new DesksHouse(await World.open({ seed: 23 }));
  }

  async close(): Promise<void> {
    await this.walked.catch(() => undefined);
    await this.#replica?.close();
    await this.world.close();
  }

  get replica(): Replica {
    if (this.#replica === undefined) throw new Error('the second replica does not answer yet');
    return this.#replica;
  }

  readonly at = (login: string, door: Door = { at: coop }): Promise<DoorHand> =>
    DoorHand.of(this.world, login, door);

  readonly expectValid = async (bytes: Uint8Array): Promise<void> => {
    const trust = await trustFiles(this.world.trust);
    const report = await verify({ name: 'package.zip', bytes, trust }, nodeEngine);
    if (report.is !== 'valid') throw new Error(JSON.stringify(report.flaws));
  };

  readonly fetchedBy = async (hand: DoorHand, caseId: string): Promise<Said> => {
    const made = well(await hand.post('/v1/packages', { case: caseId }));
    return well(await hand.get(`/v1/packages/${textIn(made.body, 'package')}`));
  };

  /** He asks, the security officer allows: the approval of exactly this order. */
  readonly seenFor = async (hand: DoorHand, kind: string, order: Members): Promise<string> => {
    const asked = well(await hand.post('/v1/approvals', { kind, order, why }));
    const approval = textIn(asked.body, 'id');
    const security = await this.at('security-officer');
    well(await security.post(`/v1/approvals/${approval}/decision`, { give: true, why }));
    return approval;
  };

  /** Lets somebody with power in, under four eyes, and through the change of his first password. */
  readonly hired = async ({ login, roles }: { login: string; roles: string[] }) => {
    const admin = await this.at('administrator');
    const order = { login, roles, unit: 'head-office' };
    const alone = await admin.post('/v1/staff', order);
    if (alone.code !== 'access.approval_needed') throw new Error(`${login} came in by one word`);
    const approval = await this.seenFor(admin, 'staff.manage', { act: 'add', ...order });
    const made = well(await admin.post('/v1/staff', { ...order, approval }));
    const old = textIn(made.body, 'password');
    const first = await DoorHand.as(this.world, { login, password: old });
    const password = 'Fubie-journey-2026-xyz';
    well(await first.put('/v1/sessions/current/password', { old, fresh: password }));
    return Object.assign(await DoorHand.as(this.world, { login, password }), { password });
  };
}

export const rows = (value: unknown): Members[] =>
  Array.isArray(value) ? (value as Members[]) : [];

export function casesIn(said: Said): string[] {
  return rows(said.body['cases']).map((one) => textIn(one, 'case'));
}

/** A refusal without what names the request and the thing asked for. */
export function faceOf(said: Said, name: string): string {
  const { requestId: _request, ...face } = said.body;
  return JSON.stringify({ status: said.status, ...face }).replaceAll(name, 'NAME');
}

export async function journalOf(auditor: DoorHand, filter: string): Promise<Members[]> {
  return rows(well(await auditor.get(`/v1/journal?${filter}&limit=200`)).body['lines']);
}

export async function idOf(hand: DoorHand): Promise<string> {
  return textIn(well(await hand.get('/v1/sessions/current')).body, 'staff');
}

export function epochFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.includes(coop.tenant) && /e\d{6}\.key$/.test(name));
}

export async function until(holds: () => boolean | Promise<boolean>, msMax: number): Promise<void> {
  const end = performance.now() + msMax;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error('it never came true');
    await sleep(50);
  }
}
