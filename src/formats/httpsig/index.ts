/** HTTP message signatures (RFC 9421) and content digests (RFC 9530), read, written and checked. */
export {
  type MessageAlgorithm,
  type MessageKey,
  messageAlgorithms,
  refuseUnsuitable,
  verifyMessage,
} from './check.ts';
export { digestMatches, printContentDigest } from './content-digest.ts';
export { httpsigFaults } from './faults.ts';
export { equalSecrets, hmacSha256 } from './hmac.ts';
export { type HttpMessage, signatureBase } from './signature-base.ts';
export {
  type MessageSignature,
  parseMessageSignatures,
  printParameters,
  printSignatureFields,
  type SignatureInput,
  type SignatureParameters,
} from './signature-input.ts';
