/**
 * How the desk asks the house: typed by its OpenAPI document, with the session's token.
 *
 * A refusal becomes a `Refusal` that carries both languages. An act that is to happen once keeps
 * its key for as long as the form that asks is open, so that pressing twice is one act.
 */
import createClient, { type Middleware } from 'openapi-fetch';
import { refusalFrom } from '../api/refusal.ts';
import type { paths } from '../api/schema.d.ts';
import type { Words } from '../ui/language.tsx';
import { endSession, sessionToken } from './session.ts';

const withSession: Middleware = {
  onRequest({ request }) {
    const token = sessionToken();
    if (token !== undefined) request.headers.set('authorization', `Bearer ${token}`);
    return request;
  },
  onResponse({ response }) {
    if (response.status === 401) endSession('expired');
    return response;
  },
};

export const api = createClient<paths>({ baseUrl: '/' });
api.use(withSession);

const unreadable: Words = {
  zh: '服务器没有给出可读的答复，请稍后再试。',
  en: 'The server gave no readable answer. Please try again later.',
};

interface Answered<Data> {
  readonly data?: Data | undefined;
  readonly error?: unknown;
  readonly response: Response;
}

/** The body of an answer, or the refusal as an exception. */
export async function answerOf<Data>(asked: Promise<Answered<Data>>): Promise<Data> {
  const { data, error, response } = await asked;
  if (data !== undefined && response.ok) return data;
  throw refusalFrom(response.status, error, unreadable);
}

/** A key for one act; the same key again is the same act. */
export function actKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
