/**
 * The two fields of a message signature, Signature-Input and Signature (RFC 9421 §4), read and
 * written.
 *
 * Read strictly: an unknown parameter, a component named twice or with parameters of its own, and a
 * signature without its input (or the other way round) are refused, for a verifier that skips what
 * it does not know has verified something else than the signer meant.
 */
import { Fault } from '#base/fault';
import {
  type BareItem,
  type InnerList,
  parseByteSequences,
  parseInnerLists,
  printBytes,
  printInnerList,
} from './structured-fields.ts';

/** What a signer says about a signature besides what it covers (RFC 9421 §2.3). */
export interface SignatureParameters {
  /** Seconds since 1970. */
  readonly created?: number;
  readonly expires?: number;
  readonly nonce?: string;
  readonly alg?: string;
  readonly keyid?: string;
  readonly tag?: string;
}

/** What one signature covers and under which label. */
export interface SignatureInput extends SignatureParameters {
  readonly label: string;
  /** `@method`, `content-digest` …: derived components and field names, in the signer's order. */
  readonly components: readonly string[];
}

/** One signature as it stands in a message. */
export interface MessageSignature {
  readonly input: SignatureInput;
  /** The value of `@signature-params`, as it goes into the base. */
  readonly parametersText: string;
  readonly signature: Uint8Array;
}

/** In this order they are printed; a parsed signature keeps its signer's order. */
const parameterKinds = {
  created: 'number',
  expires: 'number',
  nonce: 'string',
  alg: 'string',
  keyid: 'string',
  tag: 'string',
} as const;
const parameterNames = Object.keys(parameterKinds) as (keyof SignatureParameters)[];
const labelPattern = /^[a-z*][a-z0-9_.*-]*$/;
const componentPattern = /^@?[a-z0-9!#$%&'*+.^_`|~-]+$/;

/** All signatures of a message; none when neither field is there. */
export function parseMessageSignatures(
  headers: Readonly<Record<string, string>>,
): readonly MessageSignature[] {
  const inputText = headers['signature-input'];
  const signatureText = headers['signature'];
  if (inputText === undefined && signatureText === undefined) return [];
  if (inputText === undefined || signatureText === undefined) throw malformed('half');
  const signatures = parseByteSequences(signatureText);
  const inputs = parseInnerLists(inputText);
  if (inputs.size !== signatures.size) throw malformed('labels');
  return [...inputs].map(([label, list]) => {
    const signature = signatures.get(label);
    if (signature === undefined) throw malformed('labels');
    const input = inputOf(label, list);
    return { input, parametersText: printInnerList(list), signature };
  });
}

/** The value of `@signature-params` and of the label in Signature-Input (RFC 9421 §2.3). */
export function printParameters(input: Omit<SignatureInput, 'label'>): string {
  const parameters = new Map<string, BareItem>();
  for (const name of parameterNames) {
    const value = input[name];
    if (value !== undefined) parameters.set(name, value);
  }
  const list = { items: input.components, parameters };
  inputOf('sig', list);
  return printInnerList(list);
}

/** The two fields of a message with one signature. */
export function printSignatureFields(
  input: SignatureInput,
  signature: Uint8Array,
): { readonly 'signature-input': string; readonly signature: string } {
  if (!labelPattern.test(input.label)) throw malformed('label');
  return {
    'signature-input': `${input.label}=${printParameters(input)}`,
    signature: `${input.label}=${printBytes(signature)}`,
  };
}

function inputOf(label: string, list: InnerList): SignatureInput {
  const { items, parameters } = list;
  if (new Set(items).size !== items.length) throw malformed('component repeated');
  for (const item of items) if (!componentPattern.test(item)) throw malformed('component');
  const known: Record<string, BareItem> = {};
  for (const [name, value] of parameters) {
    const kind = parameterNames.find((one) => one === name);
    if (kind === undefined || typeof value !== parameterKinds[kind]) throw malformed('parameter');
    if (typeof value === 'number' && value < 0) throw malformed('parameter');
    known[name] = value;
  }
  return { label, components: items, ...(known as SignatureParameters) };
}

function malformed(why: string): Fault {
  return new Fault('httpsig.malformed', { why });
}
