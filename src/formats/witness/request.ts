/**
 * The body of `add-checkpoint` (C2SP tlog-witness v1.0.0): the size the witness last cosigned, the
 * consistency proof from there, an empty line, the checkpoint.
 */
import { toBase64 } from '#base/bytes';
import { Fault } from '#base/fault';
import { parseHash, parseSize } from '#formats/tlog';

const proofLinesMax = 63;
const requestLettersMax = 512 * 1024;

export interface WitnessRequest {
  readonly oldSize: number;
  readonly proof: readonly Uint8Array[];
  /** The signed checkpoint, verbatim. */
  readonly checkpoint: string;
}

export function printWitnessRequest(request: WitnessRequest): string {
  const proof = request.proof.map((hash) => `${toBase64(hash)}\n`).join('');
  return `old ${request.oldSize}\n${proof}\n${request.checkpoint}`;
}

export function parseWitnessRequest(text: string): WitnessRequest {
  if (text.length > requestLettersMax)
    throw new Fault('witness.request_malformed', { why: 'length' });
  const split = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(split, 0)).split('\n');
  if (split < 0 || first === undefined || !first.startsWith('old ')) {
    throw new Fault('witness.request_malformed', { why: 'old' });
  }
  if (lines.length > proofLinesMax) throw new Fault('witness.request_malformed', { why: 'proof' });
  return {
    oldSize: parseSize(first.slice('old '.length)),
    proof: lines.map(parseHash),
    checkpoint: text.slice(split + 2),
  };
}
