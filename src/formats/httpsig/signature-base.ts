/**
 * The bytes a message signature is over (RFC 9421 §2.5): one line per component, then the
 * parameters.
 *
 * Derived components are computed from the message, never taken from a header. Component parameters
 * (`sf`, `bs`, `req` …) and `@query-param` are not spoken here and refused by the parser.
 */
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';

/** A request or, with `status`, a response, as far as its signature can see it. */
export interface HttpMessage {
  readonly method?: string;
  /** Absolute, with the query as sent. */
  readonly targetUri?: string;
  /** Host in lower case, without the scheme's own port. */
  readonly authority?: string;
  readonly status?: number;
  /** Names in lower case; several lines of one name joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
}

const targetPattern = /^(https?):\/\/([^/?#]+)([^?#]*)(\?[^#]*)?$/;

/** `parametersText` is the printed value of `@signature-params`. */
export function signatureBase(
  message: HttpMessage,
  components: readonly string[],
  parametersText: string,
): Uint8Array {
  const lines = components.map((name) => `"${name}": ${valueOf(message, name)}`);
  return utf8([...lines, `"@signature-params": ${parametersText}`].join('\n'));
}

function valueOf(message: HttpMessage, name: string): string {
  const value = name.startsWith('@') ? derived(message, name) : field(message, name);
  if (value === undefined) throw new Fault('httpsig.component_missing', { component: name });
  // A line end inside a value would let one component pass for two.
  if (/[\r\n]/.test(value)) throw new Fault('httpsig.malformed', { why: 'line end' });
  return value;
}

/** RFC 9421 §2.1: surrounding white space is not part of a field's value. */
function field({ headers }: HttpMessage, name: string): string | undefined {
  return Object.hasOwn(headers, name) ? headers[name]?.replace(/^[ \t]+|[ \t]+$/g, '') : undefined;
}

/** RFC 9421 §2.2. */
function derived(message: HttpMessage, name: string): string | undefined {
  switch (name) {
    case '@method':
      return message.method;
    case '@target-uri':
      return message.targetUri;
    case '@authority':
      return message.authority;
    case '@scheme':
      return targetOf(message)?.scheme;
    case '@path':
      return targetOf(message)?.path;
    case '@query':
      return targetOf(message)?.query;
    case '@status':
      return message.status?.toString();
    default:
      throw new Fault('httpsig.component_unsupported', { component: name });
  }
}

function targetOf({ targetUri }: HttpMessage) {
  const [, scheme, , path = '', query] = targetPattern.exec(targetUri ?? '') ?? [];
  if (scheme === undefined) return undefined;
  // An empty path is `/`, and a missing query is `?` (§2.2.6 and §2.2.7).
  return { scheme, path: path === '' ? '/' : path, query: query ?? '?' };
}
