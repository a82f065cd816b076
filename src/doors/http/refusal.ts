/**
 * Whatever goes wrong on a request's way, as one problem: ours, Fastify's, or the connection's.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Fault } from '#base/fault';
import { type Problem, problemOf } from './problem.ts';

/** Tells a bug of ours to the process's own log. */
export type OnBug = (thrown: unknown) => void;

export function refuse(
  thrown: unknown,
  at: { request: FastifyRequest; reply: FastifyReply; onBug: OnBug },
): FastifyReply {
  const refused = faultOfFramework(thrown);
  if (!(refused instanceof Fault)) at.onBug(refused);
  const problem = problemOf(refused, at.request.id);
  for (const [name, value] of Object.entries(fieldsOf(problem))) at.reply.header(name, value);
  void at.reply.header('x-request-id', problem.requestId);
  return at.reply.status(problem.status).type('application/problem+json').send(problem);
}

/** The codes of Fastify's own refusals: the caller's mistakes, not ours. */
const codeOfFramework: Readonly<Record<string, string>> = {
  FST_ERR_BAD_URL: 'http.url_malformed',
  FST_ERR_CTP_BODY_TOO_LARGE: 'http.body_too_large',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'http.media_type_unsupported',
};

function faultOfFramework(thrown: unknown): unknown {
  if (thrown instanceof Fault) return thrown;
  if (!(thrown instanceof Error)) return thrown;
  const code = 'code' in thrown ? String(thrown.code) : '';
  if (code === 'FST_ERR_HANDLER_TIMEOUT') {
    return new Fault('http.answer_late', {}, { retryable: true });
  }
  const known = codeOfFramework[code];
  if (known !== undefined) return new Fault(known, {}, { cause: thrown });
  const status = 'statusCode' in thrown ? Number(thrown.statusCode) : 0;
  const isTheirs = status >= 400 && status < 500;
  const details = { part: 'request', at: '', why: code };
  return isTheirs ? new Fault('access.request_malformed', details, { cause: thrown }) : thrown;
}

/** Fields that RFC 9110 and RFC 6585 ask of a status. */
function fieldsOf({ status, context }: Problem): Record<string, string> {
  if (status === 401) return { 'www-authenticate': 'Bearer realm="fubie"' };
  if (status === 429) return { 'retry-after': String(context['retryAfterSeconds'] ?? 1) };
  if (status === 405) return { allow: String(context['allow'] ?? '') };
  return {};
}

/** What HTTP itself could not read has no request: the problem goes onto the wire by hand. */
export function refuseConnection(failure: Error, socket: Duplex, requestId: string): void {
  const code = 'code' in failure ? String(failure.code) : '';
  if (code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const refusals: Readonly<Record<string, string>> = {
    HPE_HEADER_OVERFLOW: 'http.headers_too_large',
    ERR_HTTP_REQUEST_TIMEOUT: 'http.request_late',
  };
  const known = refusals[code];
  const details = { part: 'request', at: '', why: 'http' };
  const fault = new Fault(known ?? 'access.request_malformed', known === undefined ? details : {});
  const problem = problemOf(fault, requestId);
  const body = JSON.stringify(problem);
  const lines = [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    'cache-control: no-store',
    'x-content-type-options: nosniff',
    'connection: close',
  ];
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`);
}
