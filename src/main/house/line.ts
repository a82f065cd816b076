/**
 * Asks the running house as an operator of a demo institution: over its socket, with a login from
 * the root folder that only its owner can read.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { call } from '#adapters/wire';
import { systemClock } from '#base/clock';
import { Fault } from '#base/fault';
import { systemRandom } from '#base/random';
import type { TenantId } from '#base/unit';
import { Line, textIn } from '#doors/phone';
import { type Estate, socketOf } from '../estate/estate.ts';
import { firstDemoTenant, readOrders } from '../estate/tenant-orders.ts';
import { type DemoLogin, loginsFileName } from '../provision/operators.ts';

const requestMsMax = 60_000;
const patienceMs = 60_000;

/** A line that holds the token of a fresh session of this operator. */
export async function operatorLine(
  estate: Estate,
  login: string,
  tenant: TenantId = firstDemoTenant,
): Promise<Line> {
  const host = await hostOf(estate, tenant);
  const line = new Line({
    send: ({ headers, ...request }) =>
      call(socketOf(estate, 'serve'), {
        ...request,
        headers: { ...headers, host },
        timeoutMs: requestMsMax,
      }),
    clock: systemClock,
    random: systemRandom,
    sleep: (ms) => sleep(ms),
    patienceMs,
  });
  const password = await passwordOf(estate, { login, tenant });
  line.hold(textIn(await line.post('/v1/sessions', { login, password }), 'token'));
  return line;
}

/** Under which name this institution is asked. */
async function hostOf(estate: Estate, tenant: TenantId): Promise<string> {
  const orders = await readOrders(estate.tenants);
  const host = orders.find(({ record }) => record.id === tenant)?.record.hosts[0];
  if (host === undefined) throw new Fault('main.usage', { tenant });
  return host;
}

async function passwordOf(
  estate: Estate,
  who: { readonly login: string; readonly tenant: TenantId },
): Promise<string> {
  const { login, tenant } = who;

  const path = join(estate.root, loginsFileName);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new Fault('main.file_unreadable', { path }, { cause });
  }
  const known = (JSON.parse(text) as readonly DemoLogin[]).find(
    (one) => one.login === login && one.tenant === tenant,
  );
  if (known === undefined) throw new Fault('main.usage', { login, tenant });
  return known.password;
}
