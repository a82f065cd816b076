/**
 * `fubie serve`: the REST face, on this process's socket and on a loopback port for people.
 */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Answered } from '#adapters/postgres';
import type { Handler } from '#adapters/wire';
import { uuidv7 } from '#base/id';
import {
  type AllDesks,
  Answers,
  type Archive,
  bearerOf,
  buildServer,
  declareRoutes,
  identifyBy,
  listenTls,
  MemoryRate,
  ownAddress,
  Pages,
  type ServerParts,
  type SignerDesk,
  type TlsListening,
  type Way,
} from '#doors/http';
import type { ProcessSettings } from '../../config.ts';
import { type Opened, onBug, runProcess } from '../estate/process.ts';
import { writeText } from '../estate/secrets.ts';
import { tlsFiles } from '../provision/tls.ts';
import { openArchive } from '../rooms/archive.ts';
import { changesOf } from '../rooms/changes.ts';
import { assetsOf, type DepositRooms, openAdmission, openDepositRooms } from '../rooms/deposit.ts';
import { type Ground, openGround } from '../rooms/ground.ts';
import { type LendingRooms, openLendingRooms } from '../rooms/lending.ts';
import { type LogRooms, openLogRooms, openRegisterDesk } from '../rooms/log.ts';
import { bringEntries } from '../rooms/log-wire.ts';
import { type MachineRooms, openMachineRooms } from '../rooms/machine.ts';
import { pageFiles } from '../rooms/page-files.ts';
import { openPrivacyRooms, type PrivacyRooms } from '../rooms/privacy.ts';
import { openRegulatorDesk } from '../rooms/regulator.ts';
import { openSignerDesk } from '../rooms/signer.ts';
import { openCaseDesks, openStaffRooms, type StaffRooms } from '../rooms/staff.ts';
import { statusOf } from '../rooms/status.ts';

/** Who brings a record waits so long for others, to be recorded with them. */
const jointGatherMs = 5;
/** What the house's own processes call it when they ask over its socket. */
const socketHost = 'fubie';
const routeMethods = ['GET', 'POST', 'PUT', 'DELETE'] as const;

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const ground = await openGround(settings);
  const house = await openRooms(ground);
  const pages = new Pages(await pageFiles(), ground.random);
  const server = buildServer(declareRoutes({ ...desksOf(ground, house), pages }), {
    ...partsOf(ground, house),
    pages,
    hostOf: hostsOf(ground, await ownNames(settings)),
  });
  const port = Number(settings.more['port'] ?? '0');
  const url = await server.listen({ host: '127.0.0.1', port });
  const lan = await openLan(server, settings, () => uuidv7(ground));
  return {
    url,
    handler: socketHandler(server),
    async close() {
      await Promise.all([server.close(), lan?.close()]);
      await ground.database.close();
    },
  };
}

/** The rooms behind the door, each with its neighbours. */
interface Rooms {
  readonly lending: LendingRooms;
  readonly people: StaffRooms;
  readonly machines: MachineRooms;
  readonly privacy: PrivacyRooms;
  readonly archive: Archive;
  readonly signer: SignerDesk;
  readonly deposits: DepositRooms;
  readonly log: LogRooms;
}

async function openRooms(ground: Ground): Promise<Rooms> {
  const lending = await openLendingRooms(ground);
  const people = await openStaffRooms(ground);
  const machines = openMachineRooms(ground, people);
  const privacy = openPrivacyRooms(ground, lending, people);
  const signer = openSignerDesk(ground, lending);
  const log = await openLogRooms(ground);
  const archive = await openArchive(ground, lending, log);
  const deposits = openDepositRooms(ground, lending, log);
  return { lending, people, machines, privacy, archive, signer, deposits, log };
}

/** HTTPS for this computer's network, when the house was started with `--lan`. */
async function openLan(
  server: ReturnType<typeof buildServer>,
  { folder, more }: ProcessSettings,
  requestId: () => string,
): Promise<TlsListening | undefined> {
  const port = more['lanPort'];
  if (port === undefined) return undefined;
  const [key, chain] = await Promise.all(
    [tlsFiles.key, tlsFiles.chain].map((name) => readFile(join(folder, name), 'utf8')),
  );
  const identity = { key: key ?? '', chain: chain ?? '' };
  const at = { host: '::', port: Number(port), requestId };
  const listening = await listenTls(server, identity, at);
  await writeText(join(folder, tlsFiles.port), String(listening.port));
  return listening;
}

/** The same routes answer on the socket, so that no process has to speak over the network. */
function socketHandler(server: ReturnType<typeof buildServer>): Handler {
  return async ({ method, path, headers, body }) => {
    const answer = await server.inject({
      method: isRouteMethod(method) ? method : 'OPTIONS',
      url: path,
      headers,
      remoteAddress: ownAddress,
      ...(body.length === 0 ? {} : { payload: Buffer.from(body) }),
    });
    const type = answer.headers['content-type'] ?? 'application/octet-stream';
    const said = new Uint8Array(answer.rawPayload);
    return { status: answer.statusCode, headers: { 'content-type': type }, body: said };
  };
}

function isRouteMethod(method: string): method is (typeof routeMethods)[number] {
  return routeMethods.some((one) => one === method);
}

/** Names of this computer itself, which belong to whoever owns `localhost`. */
async function ownNames({ folder, more }: ProcessSettings): Promise<ReadonlySet<string>> {
  if (more['lanPort'] === undefined) return new Set([socketHost]);
  const names: readonly string[] = JSON.parse(await readFile(join(folder, tlsFiles.names), 'utf8'));
  return new Set([socketHost, ...names.filter((name) => !name.endsWith('.localhost'))]);
}

/** The institution whose domain was asked, and nobody for any other. */
function hostsOf({ tenants, recordOf }: Ground, own: ReadonlySet<string>): ServerParts['hostOf'] {
  return async (asked) => {
    const host = own.has(asked.replace(/^\[(.*)\]$/, '$1')) ? 'localhost' : asked;
    const tenant = await tenants.ofHost(host);
    if (tenant === undefined) return undefined;
    const { frameOrigins = [] } = await recordOf(tenant);
    return { tenant, frameOrigins };
  };
}

function partsOf(ground: Ground, { people, machines, signer }: Rooms): Omit<ServerParts, 'hostOf'> {
  const { units, clock, vault } = ground;
  return {
    onBug,
    requestId: () => uuidv7(ground),
    units,
    identify: identifyBy([machineWay(machines), staffWay(people), borrowerWay(ground, signer)]),
    authorise: async ({ caller }, needs) => people.rights.require(caller, needs),
    journal: machines.journal,
    gather: () => sleep(jointGatherMs),
    rate: new MemoryRate(clock),
    answers: new Answers({
      units,
      store: new Answered(),
      seal: vault,
      clock,
    }),
  };
}

/** A machine shows an API key, a signature, or both. */
function machineWay({ machines }: MachineRooms): Way {
  return async (tenant, facts) => {
    const client = await machines.identify(tenant, facts);
    return client && { kind: 'machine', client };
  };
}

/** A member of staff shows the token of a session. */
function staffWay({ sessions }: StaffRooms): Way {
  return async (tenant, facts) => {
    const token = bearerOf(facts);
    return token === undefined ? undefined : sessions.callerOf(tenant, token);
  };
}

/** A borrower shows a token of her case. */
function borrowerWay({ units }: Ground, { visits }: SignerDesk): Way {
  return async (tenant, facts) => {
    const token = bearerOf(facts);
    if (token === undefined) return undefined;
    const visit = await units.run(tenant, (unit) => visits.ofToken(unit, token));
    if (visit === undefined) return undefined;
    const { loan, until } = visit;
    return { kind: 'borrower', caseId: loan.id, subject: loan.subject, until };
  };
}

function desksOf(
  ground: Ground,
  { lending, people, machines, privacy, archive, signer, deposits, log }: Rooms,
): Omit<AllDesks, 'pages'> {
  const { consents, contracts, intents } = lending.loan;
  const shown = openCaseDesks(ground, people, { lending, signer });
  return {
    ...lending,
    ...people,
    ...machines,
    ...privacy,
    ...shown,
    decision: shown.decisions,
    consents,
    contracts,
    intents,
    archive,
    signer,
    deposits,
    assets: assetsOf(ground, lending),
    admission: openAdmission(ground, lending),
    receipts: log.receipts,
    bringEntries: (tenant, entries) =>
      bringEntries(ground.settings.sockets['sequencer'] ?? '', { tenant, entries }),
    registers: openRegisterDesk(ground),
    photos: signer.captures,
    clock: ground.clock,
    explorer: ground.explorer,
    changes: changesOf(ground),
    regulator: openRegulatorDesk(ground, lending, people),
    tenants: ground.tenants,
    metering: ground.metering,
    status: async (tenant) => ({
      ...(await statusOf(ground, tenant)),
      breakGlass: await ground.units.run(tenant, (unit) => people.glass.standing(unit)),
    }),
  };
}
