/**
 * Demo logins of the demo institutions: passwords are generated once and written where the owner of
 * this computer can read them; the worker, who lets these people in, holds slow digests only.
 */
import { join } from 'node:path';

import { scryptPasswords } from '#adapters/engine';
import { PostgresOrgUnits } from '#adapters/postgres';
import { toBase64Url } from '#base/bytes';
import { faultCode } from '#base/fault';
import type { Random } from '#base/random';
import type { TenantId } from '#base/unit';
import { orgUnit, rootUnit } from '#business/access';
import { readIfThere, textIn } from '../estate/secrets.ts';
import { firstDemoTenant } from '../estate/tenant-orders.ts';
import type { Ground } from '../rooms/ground.ts';
import type { StaffRooms } from '../rooms/staff.ts';

/** In the worker's folder: who is to be let in, with a digest of the password. */
const enrolmentsFile = 'enrolments.json';
/** In the root folder: for whoever owns this computer. */
export const loginsFileName = 'logins.json';
const passwordBytes = 12;

export interface DemoLogin {
  readonly tenant: string;
  readonly login: string;
  readonly password: string;
  /** What the person does and where, in the words of the house. */
  readonly desk: string;
  readonly unit: string;
  readonly role: string;
}

type Enrolled = Pick<DemoLogin, 'tenant' | 'login' | 'unit' | 'role'> & {
  readonly verifier: string;
};

const secondDemoTenant = 'demo-consumer-finance' as TenantId;

/** The outlets of the demo institutions below their roots. */
const outlets: Readonly<Record<string, readonly (readonly [code: string, name: string])[]>> = {
  [firstDemoTenant]: [
    ['nanhu', '南湖分社'],
    ['beishan', '北山分社'],
  ],
  [secondDemoTenant]: [
    ['east', '东区中心'],
    ['west', '西区中心'],
  ],
};

/** Who works where; at each demo institution the same desks, at outlets of its own. */
function deskRoster(one: string, other: string): readonly (readonly [string, string, string])[] {
  return [
    ['loan-officer', 'loan-officer', rootUnit],
    [`${one}-officer`, 'loan-officer', one],
    [`${other}-officer`, 'loan-officer', other],
    [`${one}-clerk`, 'clerk', one],
    [`${one}-head`, 'supervisor', one],
    ['reviewer', 'reviewer', rootUnit],
    ['administrator', 'administrator', rootUnit],
    ['security-officer', 'security-officer', rootUnit],
    ['privacy-officer', 'privacy-officer', rootUnit],
    ['auditor', 'auditor', rootUnit],
  ];
}

const deskWords: Readonly<Record<string, string>> = {
  'loan-officer': '信贷员',
  clerk: '柜员',
  supervisor: '网点主任',
  reviewer: '复核员',
  administrator: '系统管理员',
  'security-officer': '安全管理员',
  'privacy-officer': '个人信息保护负责人',
  auditor: '审计员',
};

/** The generated logins; their digests are put into the folder of the worker. */
export async function makeLogins(place: {
  readonly loginsFile: string;
  readonly workFolder: string;
  readonly random: Random;
}): Promise<readonly DemoLogin[]> {
  const { random } = place;
  const text = await textIn(place.loginsFile, () => {
    const made = Object.entries(outlets).flatMap(([tenant, places]) => {
      const [one, other] = places.map(([code]) => code);
      return deskRoster(one ?? rootUnit, other ?? rootUnit).map(([login, role, unit]) => {
        const where = places.find(([code]) => code === unit)?.[1] ?? '总部';
        const password = toBase64Url(random.bytes(passwordBytes));
        return { tenant, login, password, desk: `${where}${deskWords[role] ?? ''}`, unit, role };
      });
    });
    return `${JSON.stringify(made, null, 2)}\n`;
  });
  const logins = JSON.parse(text) as readonly DemoLogin[];
  const passwords = scryptPasswords(random);
  await textIn(join(place.workFolder, enrolmentsFile), async () => {
    const enrolled: Enrolled[] = [];
    for (const { tenant, login, unit, role, password } of logins) {
      const verifier = await passwords.verifier(password);
      enrolled.push({ tenant, login, unit, role, verifier });
    }
    return `${JSON.stringify(enrolled)}\n`;
  });
  return logins;
}

/** Lets in whom the set-up listed and who is not there yet. Repeated at every start. */
export async function enrolDemoStaff(ground: Ground, rooms: StaffRooms): Promise<void> {
  const text = await readIfThere(join(ground.settings.folder, enrolmentsFile));
  if (text === undefined || ground.settings.mode !== 'demo') return;
  for (const [tenant, places] of Object.entries(outlets)) {
    await openOutlets(ground, tenant as TenantId, places);
  }
  for (const { tenant, login, unit: code, role, verifier } of JSON.parse(text) as Enrolled[]) {
    const order = { login, unit: code, roles: [role], verifier, mustChange: false };
    await ground.units
      .run(tenant as TenantId, async (unit) => {
        if ((await rooms.staffRows.lock(unit, { login })) !== undefined) return;
        await rooms.staff.found(order)(unit);
      })
      .catch((thrown: unknown) => {
        // Another worker was first.
        if (faultCode(thrown) !== 'access.login_taken') throw thrown;
      });
  }
}

async function openOutlets(
  { units, recordOf }: Ground,
  tenant: TenantId,
  places: (typeof outlets)[string],
): Promise<void> {
  const { name } = await recordOf(tenant);
  const root = orgUnit({ code: rootUnit, name }, undefined);
  const store = new PostgresOrgUnits();
  await units.run(tenant, async (unit) => {
    await store.add(unit, root);
    for (const [code, outlet] of places) {
      await store.add(unit, orgUnit({ code, name: outlet }, root));
    }
  });
}
