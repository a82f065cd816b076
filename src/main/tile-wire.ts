/**
 * The log's public files over the sequencer's socket, for parties that see no folder of this house.
 *
 * GET /<C2SP tlog-tiles path>, such as /checkpoint or /tile/0/000; whoever reads checks them.
 */
import { call, faultOfAnswer, type Handler } from '#adapters/wire';
import { faultCode } from '#base/fault';
import type { TileFiles } from '#trust/evidence';

const foundStatus = 200;
const absentStatus = 404;

export function tileDoor(tiles: TileFiles): Handler {
  return async ({ method, path }) => {
    const bytes = method === 'GET' ? await readNamed(tiles, path.slice(1)) : undefined;
    return {
      status: bytes === undefined ? absentStatus : foundStatus,
      headers: { 'content-type': 'application/octet-stream' },
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

  constructor(socket: string) {
    this.#socket = socket;
  }

  async read(path: string): Promise<Uint8Array | undefined> {
    const answer = await call(this.#socket, { method: 'GET', path: `/${path}` });
    if (answer.status === absentStatus) return undefined;
    const fault = faultOfAnswer(answer);
    if (fault !== undefined) throw fault;
    return answer.body;
  }
}
