/**
 * A Fault as the body of an answer, and back: refusals keep their code between processes.
 */
import { fromUtf8, utf8 } from '#base/bytes';
import { Fault, type FaultDetails } from '#base/fault';
import type { Answer, Reply } from './message.ts';

const refusedStatus = 422;
const retryStatus = 503;
const failedStatus = 500;
const codePattern = /^[a-z][a-z_]{0,30}\.[a-z][a-z0-9_]{0,60}$/;

/** What is not a Fault is a bug: the other side learns only that it happened. */
export function answerOfFault(thrown: unknown): Reply {
  const fault = thrown instanceof Fault ? thrown : new Fault('wire.failed');
  const { code, details, retryable } = fault;
  const refused = retryable ? retryStatus : refusedStatus;
  return {
    status: thrown instanceof Fault ? refused : failedStatus,
    headers: { 'content-type': 'application/json' },
    body: utf8(JSON.stringify({ code, details, retryable })),
  };
}

/** The Fault in an answer that is not 2xx; undefined for 2xx. */
export function faultOfAnswer(answer: Answer): Fault | undefined {
  if (answer.status >= 200 && answer.status < 300) return undefined;
  const body = parseBody(answer.body);
  const code = body['code'];
  if (typeof code !== 'string' || !codePattern.test(code)) {
    return new Fault('wire.answer_malformed', { status: answer.status });
  }
  return new Fault(code, detailsOf(body['details']), { retryable: body['retryable'] === true });
}

/** The body of a 2xx answer; otherwise throws the Fault the other process answered with. */
export function okBody(answer: Answer): Uint8Array {
  const fault = faultOfAnswer(answer);
  if (fault !== undefined) throw fault;
  return answer.body;
}

function parseBody(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

function detailsOf(value: unknown): FaultDetails {
  if (typeof value !== 'object' || value === null) return {};
  const details: Record<string, string | number | boolean | null> = {};
  for (const [key, item] of Object.entries(value)) {
    const kind = typeof item;
    if (item === null || kind === 'string' || kind === 'number' || kind === 'boolean') {
      details[key] = item;
    }
  }
  return details;
}
