/**
 * What an institution's page and the signing page inside it say to each other, version 1.
 *
 * No message carries a personal value: a step's name, a preservation number, nothing else.
 */

/** From the institution's page: it is the one that opened this frame, and perhaps for which case. */
export interface FromHost {
  readonly is: 'open';
  readonly ticket?: string | undefined;
}

/** From the signing page. */
export type FromPage =
  | { readonly is: 'here' }
  | { readonly is: 'step'; readonly step: string }
  | { readonly is: 'done'; readonly number: string }
  | { readonly is: 'left' };

/** As it is posted: other libraries post to the same windows. */
export function posted(said: FromHost | FromPage): object {
  return { fubie: 1, ...said };
}

export function fromHost(told: unknown): FromHost | undefined {
  const said = membersOf(told);
  if (said === undefined || said['is'] !== 'open') return undefined;
  const { ticket } = said;
  return typeof ticket === 'string' && isTicket(ticket) ? { is: 'open', ticket } : { is: 'open' };
}

export function fromPage(told: unknown): FromPage | undefined {
  const { is, step, number } = membersOf(told) ?? {};
  if (is === 'here' || is === 'left') return { is };
  if (is === 'step' && typeof step === 'string') return { is, step };
  if (is === 'done' && typeof number === 'string') return { is, number };
  return undefined;
}

/** The secret of a hand-over, as `POST /v1/cases` gives it. */
export function isTicket(text: string): boolean {
  return /^[A-Za-z0-9_-]{22}$/.test(text);
}

function membersOf(told: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof told !== 'object' || told === null) return undefined;
  const said = Object.fromEntries(Object.entries(told));
  return said['fubie'] === 1 ? said : undefined;
}
