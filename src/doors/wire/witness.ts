/**
 * The door of a witness: C2SP tlog-witness `add-checkpoint`, and what an auditor asks for.
 *
 * Whoever reaches it may ask: a request counts by the log's signature on its checkpoint alone.
 * POST /add-checkpoint · GET /heads (every head it keeps, one JSON line each) · GET /vkey ·
 * GET /health
 */
import { concat, fromUtf8, utf8 } from '#base/bytes';
import { printVkey } from '#formats/tlog';
import { printWitnessedHead, printWitnessReply } from '#formats/witness';
import type { Witness } from '#trust/witness';
import type { Asked, Given } from './door.ts';

const newline = utf8('\n');

export function witnessDoor(witness: Witness): (request: Omit<Asked, 'headers'>) => Promise<Given> {
  return async ({ method, path, body }) => {
    switch (`${method} ${path}`) {
      case 'POST /add-checkpoint': {
        const reply = printWitnessReply(await witness.addCheckpoint(textOf(body)));
        return answer(reply.status, reply.mediaType, reply.body);
      }
      case 'GET /heads': {
        const heads = await witness.heads();
        const lines = heads.flatMap((head) => [printWitnessedHead(head), newline]);
        return answer(200, 'application/jsonl', concat(...lines));
      }
      case 'GET /vkey':
        return answer(200, 'text/plain; charset=utf-8', utf8(`${printVkey(witness.key)}\n`));
      case 'GET /health':
        return answer(200, 'application/json', utf8('{"ok":true}'));
      default:
        return answer(404, 'text/plain; charset=utf-8', utf8('not found\n'));
    }
  };
}

/** What is no UTF-8 is no request either: an empty text is answered as malformed. */
function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch {
    return '';
  }
}

function answer(status: number, mediaType: string, body: Uint8Array): Given {
  return { status, headers: { 'content-type': mediaType }, body };
}
