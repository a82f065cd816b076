/**
 * What a Merkle Patricia trie (Yellow Paper, appendix D) holds under a key, from its nodes alone.
 */
import { equal } from '#base/bytes';
import { Fault } from '#base/fault';
import { keccak256 } from './keccak.ts';
import { decodeRlp, listOf, type Rlp, stringOf } from './rlp.ts';

const nodesMax = 64;
const branchItems = 17;
const shortItems = 2;
const hashBytes = 32;

/**
 * The value under `key`, whose nibbles are the way from `root`; nothing if the nodes prove that
 * there is none. Nodes that do not lead on are evm.proof_wrong, and so are nodes left over.
 */
export function provedValue({
  root,
  key,
  nodes,
}: {
  readonly root: Uint8Array;
  readonly key: Uint8Array;
  readonly nodes: readonly Uint8Array[];
}): Uint8Array | undefined {
  if (nodes.length > nodesMax) throw new Fault('evm.limit', { why: 'nodes' });
  const rest = [...nodes];
  let wanted: Rlp = root;
  let way = nibblesOf(key);
  for (;;) {
    const node = listOf(nodeBehind(wanted, rest));
    const step = stepIn(node, way);
    if (step.is === 'on') {
      wanted = step.next;
      way = step.way;
      continue;
    }
    if (rest.length > 0) throw wrong('nodes are left over');
    return step.is === 'value' ? step.value : undefined;
  }
}

/** A node shorter than a hash stands in its parent itself. */
function nodeBehind(wanted: Rlp, rest: Uint8Array[]): Rlp {
  if (!(wanted instanceof Uint8Array)) return wanted;
  const node = rest.shift();
  if (wanted.length !== hashBytes || node === undefined) throw wrong('a node is missing');
  if (!equal(keccak256(node), wanted)) throw wrong('a node has another hash');
  return decodeRlp(node);
}

type Step =
  | { readonly is: 'on'; readonly next: Rlp; readonly way: readonly number[] }
  | { readonly is: 'value'; readonly value: Uint8Array }
  | { readonly is: 'nothing' };

function stepIn(node: readonly Rlp[], way: readonly number[]): Step {
  if (node.length === branchItems) {
    const [nibble, ...further] = way;
    if (nibble === undefined) return valueOr(stringOf(node[branchItems - 1]));
    const next = node[nibble];
    if (next === undefined || isEmpty(next)) return { is: 'nothing' };
    return { is: 'on', next, way: further };
  }
  if (node.length !== shortItems) throw wrong('no node has so many items');
  const { isLeaf, nibbles } = pathOf(stringOf(node[0]));
  const along = nibbles.every((nibble, at) => way[at] === nibble);
  if (isLeaf) {
    if (!along || nibbles.length !== way.length) return { is: 'nothing' };
    return { is: 'value', value: stringOf(node[1]) };
  }
  if (!along) return { is: 'nothing' };
  const next = node[1];
  if (next === undefined || isEmpty(next)) throw wrong('an extension leads nowhere');
  return { is: 'on', next, way: way.slice(nibbles.length) };
}

function valueOr(value: Uint8Array): Step {
  return value.length === 0 ? { is: 'nothing' } : { is: 'value', value };
}

function isEmpty(value: Rlp): boolean {
  return value instanceof Uint8Array && value.length === 0;
}

/** Hex-prefix encoding (appendix C). */
function pathOf(encoded: Uint8Array): { isLeaf: boolean; nibbles: readonly number[] } {
  const [flags = 16, ...all] = nibblesOf(encoded);
  if (flags > 3) throw wrong('flags of a path');
  const isOdd = (flags & 1) === 1;
  if (!isOdd && all[0] !== 0) throw wrong('padding of a path');
  return { isLeaf: (flags & 2) === 2, nibbles: isOdd ? all : all.slice(1) };
}

function nibblesOf(bytes: Uint8Array): readonly number[] {
  return [...bytes].flatMap((byte) => [byte >> 4, byte & 15]);
}

function wrong(why: string): Fault {
  return new Fault('evm.proof_wrong', { why });
}
