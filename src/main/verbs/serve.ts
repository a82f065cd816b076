/**
 * `fubie serve`: the REST face, on this process's socket and on a loopback port for people.
 */
import { Answered } from '#adapters/postgres';
import type { TenantId } from '#base/unit';
import { OperatorSessions } from '#business/access';
import { Answers, buildServer, Callers, type Desks } from '#doors/http';
import type { ProcessSettings } from '../../config.ts';
import { openArchive } from '../archive.ts';
import { type Ground, openGround } from '../ground.ts';
import { type LendingRooms, openLendingRooms } from '../lending-rooms.ts';
import { operatorCheck } from '../operators.ts';
import { type Opened, onBug, runProcess } from '../process.ts';
import { statusOf } from '../status.ts';

/** The name under which the key store keys the digests of request bodies. */
const answerField = 'answered.body';

export function run(args: readonly string[]): Promise<number> {
  return runProcess(args, open);
}

async function open(settings: ProcessSettings): Promise<Opened> {
  const ground = await openGround(settings);
  const rooms = await openLendingRooms(ground);
  const server = buildServer(await desksOf(ground, rooms), onBug);
  const port = Number(settings.more['port'] ?? '0');
  const url = await server.listen({ host: '127.0.0.1', port });
  return {
    url,
    // The same routes answer on the socket, so that no process has to speak over the network.
    async handler(request) {
      const answer = await server.inject({
        method: request.method === 'POST' ? 'POST' : 'GET',
        url: request.path,
        headers: request.headers,
        ...(request.body.length === 0 ? {} : { payload: Buffer.from(request.body) }),
      });
      const type = answer.headers['content-type'] ?? 'application/octet-stream';
      return {
        status: answer.statusCode,
        headers: { 'content-type': type },
        body: new Uint8Array(answer.rawPayload),
      };
    },
    async close() {
      await server.close();
      await ground.database.close();
    },
  };
}

async function desksOf(ground: Ground, rooms: LendingRooms): Promise<Desks> {
  const { settings, units, clock, random, engine, vault, keystore } = ground;
  const tenant = (settings.more['tenant'] ?? '') as TenantId;
  const sessions = new OperatorSessions({ clock, random, check: operatorCheck(settings.folder) });
  return {
    ...rooms,
    units,
    clock,
    sessions,
    consents: rooms.loan.consents,
    contracts: rooms.loan.contracts,
    intents: rooms.loan.intents,
    // One institution for one installation until tenants come by their domains.
    callers: new Callers({ units, sessions, file: rooms.file, tenantOf: () => tenant }),
    answers: new Answers({
      units,
      store: new Answered(),
      seal: vault,
      clock,
      bind: async (of, body) =>
        keystore.blind({ tenant: of, field: answerField }, await engine.digest('sha256', body)),
    }),
    archive: openArchive(ground, rooms),
    status: () => statusOf(ground),
  };
}
