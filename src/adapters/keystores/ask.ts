/**
 * One question to the key-store process, and what its answer says by name.
 */
import { call, okBody } from '#adapters/wire';
import { fromUtf8, utf8 } from '#base/bytes';
import { canonical, type Json } from '#base/canonical';
import { Fault } from '#base/fault';

/** The members of an answer; none for one that is no object. */
export type Said = Readonly<Record<string, unknown>>;

export async function askKeyStore(
  socketPath: string,
  asked: { readonly path: string; readonly question: Json; readonly timeoutMs: number },
): Promise<Said> {
  const answer = await call(socketPath, {
    method: 'POST',
    path: asked.path,
    headers: { 'content-type': 'application/json' },
    body: utf8(canonical(asked.question)),
    timeoutMs: asked.timeoutMs,
  });
  return membersOf(JSON.parse(fromUtf8(okBody(answer))));
}

export function membersOf(value: unknown): Said {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

/** Refuses with keystores.answer_malformed what is not there or no text. */
export function textOf(answer: Said, name: string): string {
  const member = answer[name];
  if (typeof member !== 'string') throw new Fault('keystores.answer_malformed', { member: name });
  return member;
}
