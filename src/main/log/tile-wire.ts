/**
 * The public files of every log over the sequencer's socket, for parties that see no folder of this
 * house.
 *
 * GET /log/<tenant>/<C2SP tlog-tiles path>, such as /log/demo/checkpoint or /log/demo/tile/0/000;
 * a later shard's lie below its half-year, such as /log/demo/2027h1/checkpoint. Whoever reads
 * checks them.
 */
import { call, faultOfAnswer, type Handler } from '#adapters/wire';
import { faultCode } from '#base/fault';
import type { TileFiles } from '#trust/evidence';

const foundStatus = 200;
const absentStatus = 404;

/** C2SP tlog-tiles says what each kind of file is served as. */
const mediaTypes = { note: 'text/plain; charset=utf-8', bytes: 'application/octet-stream' };

const pathPattern = /^\/log\/([a-z0-9-]+)\/(.+)$/;

/** `tilesOf` answers undefined for a tenant that has no log here. */
export function tileDoor(tilesOf: (tenant: string) => TileFiles | undefined): Handler {
  return async ({ method, path }) => {
    const [, tenant = '', name = ''] = pathPattern.exec(path) ?? [];
    const tiles = method === 'GET' ? tilesOf(tenant) : undefined;
    const bytes = tiles === undefined ? undefined : await readNamed(tiles, name);
    return {
      status: bytes === undefined ? absentStatus : foundStatus,
      headers: { 'content-type': mediaTypes[/(^|\/)checkpoint$/.test(name) ? 'note' : 'bytes'] },
      body: bytes ?? new Uint8Array(),
    };
  };
}

/** A name that no file of a log can have is a file that is not there. */
async function readNamed(tiles: TileFiles, name: string): Promise<Uint8Array | undefined> {
  try {
    return await tiles.read(name);
  } catch (thrown) {
    if (faultCode(thrown) === 'objects.name_malformed') return undefined;
    throw thrown;
  }
}

export class SocketTiles implements TileFiles {
  readonly #socket: string;
  readonly #log: string;

  /** `log`: the tenant's id, with the half-year of a later shard behind it. */
  constructor(socket: string, log: string) {
    this.#socket = socket;
    this.#log = log;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const answer = await call(this.#socket, {
      method: 'GET',
      path: `/log/${this.#log}/${path}`,
    });
    if (answer.status === absentStatus) return undefined;
    const fault = faultOfAnswer(answer);
    if (fault !== undefined) throw fault;
    return answer.body;
  }
}
