/**
 * What may happen to a seal, and who may do it (国发〔1999〕25号; 电子印章: GB/T 38540-2020).
 *
 * Applied for by one, approved by another; made by the keeper of the keys, who gives it a key, a
 * certificate and a paper; authorised, within that paper, for kinds of documents until a day;
 * suspended and resumed; destroyed for good. Before its paper ends its keeper renews it: another
 * certificate for the same key. No step is ever taken back: a seal that was destroyed is applied
 * for anew.
 */
import { addSeconds, formatInstant, type Instant } from '#base/clock';
import { Fault } from '#base/fault';
import type { SealFigure } from '#formats/pdf';

const reasonLettersMin = 4;
const reasonLettersMax = 400;
const documentsMax = 32;
/** A paper that has longer to run is not renewed: two that run beside each other mislead. */
const renewalDaysBefore = 90;
const daySeconds = 86_400;
const kindPattern = /^[a-z][a-z0-9-]{0,63}$/;

/** Where a seal stands; only an active one is ever used. */
export const sealStandings = [
  'applied',
  'refused',
  'approved',
  'made',
  'active',
  'suspended',
  'destroyed',
] as const;
/** Where a seal stands. */
export type SealStanding = (typeof sealStandings)[number];

/** What is done to a seal. */
export const sealActs = [
  'apply',
  'refuse',
  'approve',
  'make',
  'renew',
  'authorise',
  'suspend',
  'resume',
  'destroy',
] as const;
/** What is done to a seal. */
export type SealAct = (typeof sealActs)[number];

/** What the keeper of the keys made: a certificate, and how far the paper of the key store goes. */
export interface SealMade {
  /** Lower-case hex, over the DER of the certificate. */
  readonly certificateSha256: string;
  /** The last second of the certificate. */
  readonly notAfter: Instant;
  /** Kinds of documents that the key store's paper speaks of. */
  readonly documents: readonly string[];
  /** When that paper ends. */
  readonly until: Instant;
}

/** One thing that was done: by whom, when and why. */
export interface SealStep {
  readonly act: SealAct;
  readonly at: Instant;
  readonly by: string;
  readonly why: string;
  /** Of the steps `make` and `renew` alone. */
  readonly made?: SealMade;
}

/** A seal as it stands. */
export interface Seal {
  readonly id: string;
  readonly figure: SealFigure;
  readonly standing: SealStanding;
  /** Kinds of documents it may be put on. */
  readonly documents: readonly string[];
  /** From when on it may not any more; undefined where the standing paper alone says so. */
  readonly until: Instant | undefined;
  readonly steps: readonly SealStep[];
}

/** What somebody wants done. */
export interface SealOrder {
  readonly act: SealAct;
  readonly by: string;
  readonly why: string;
  /** Of an authorisation. */
  readonly documents?: readonly string[] | undefined;
  readonly until?: Instant | undefined;
  /** Of the steps `make` and `renew`. */
  readonly made?: SealMade | undefined;
}

interface Rule {
  readonly from: readonly SealStanding[];
  /** Where it stands afterwards; as it stood, where nothing is said. */
  readonly to?: SealStanding;
  /** Not by whoever did one of these last: four eyes. */
  readonly notBy: readonly SealAct[];
}

const rules: Readonly<Record<Exclude<SealAct, 'apply'>, Rule>> = {
  refuse: { from: ['applied'], to: 'refused', notBy: ['apply'] },
  approve: { from: ['applied'], to: 'approved', notBy: ['apply'] },
  make: { from: ['approved'], to: 'made', notBy: ['approve'] },
  renew: { from: ['made', 'active', 'suspended'], notBy: [] },
  authorise: { from: ['made', 'active'], to: 'active', notBy: ['apply', 'make', 'renew'] },
  suspend: { from: ['active'], to: 'suspended', notBy: [] },
  resume: { from: ['suspended'], to: 'active', notBy: ['suspend'] },
  destroy: { from: ['approved', 'made', 'suspended'], to: 'destroyed', notBy: ['suspend', 'make'] },
};

/**
 * The seal after one more step. Refuses with seal.standing_differs what cannot follow where it
 * stands, with seal.same_person a second word by the one who said the first, with
 * seal.beyond_paper an authorisation for what the key store would not sign, with seal.paper_runs a
 * renewal long before the end, and with seal.malformed.
 */
export function stepped(seal: Seal, order: SealOrder, at: Instant): Seal {
  const { act, by, why, documents, until, made } = order;
  if (act === 'apply') throw new Fault('seal.taken', { seal: seal.id });
  const rule = rules[act];
  requireReason(why);
  if (!rule.from.includes(seal.standing)) {
    throw new Fault('seal.standing_differs', { seal: seal.id, standing: seal.standing, act });
  }
  for (const other of rule.notBy) {
    const last = seal.steps.findLast((step) => step.act === other);
    if (last?.by === by) throw new Fault('seal.same_person', { seal: seal.id, act });
  }
  if ((made === undefined) === isMade(act)) throw malformed('made');
  if (act === 'renew') requireRenewable(seal, made?.documents ?? [], at);
  const step = { act, at, by, why, ...(made === undefined ? {} : { made }) };
  const next = { ...seal, standing: rule.to ?? seal.standing, steps: [...seal.steps, step] };
  if (act !== 'authorise') return next;
  if (documents === undefined || until === undefined || until <= at) throw malformed('until');
  requireWithin(seal, documents, until);
  return { ...next, documents: requireKinds(documents), until };
}

function isMade(act: SealAct): boolean {
  return act === 'make' || act === 'renew';
}

/** What its keeper made last; undefined of a seal that came with the house and never changed. */
export function paperOf({ steps }: Pick<Seal, 'steps'>): SealMade | undefined {
  return steps.findLast((step) => step.made !== undefined)?.made;
}

/** The certificate or the paper of the key store, whichever ends first. */
function paperEnd({ notAfter, until }: SealMade): Instant {
  return notAfter < until ? notAfter : until;
}

/**
 * Refuses with seal.paper_runs where the paper has long to run yet, and with seal.beyond_paper a
 * next one that leaves out a kind the seal is authorised for. One that has ended is renewed.
 */
export function requireRenewable(seal: Seal, documents: readonly string[], now: Instant): void {
  const missing = seal.documents.find((kind) => !documents.includes(kind));
  if (missing !== undefined) throw new Fault('seal.beyond_paper', { seal: seal.id, kind: missing });
  const made = paperOf(seal);
  if (made === undefined) return;
  const end = paperEnd(made);
  if (end > addSeconds(now, renewalDaysBefore * daySeconds)) {
    throw new Fault('seal.paper_runs', { seal: seal.id, until: formatInstant(end) });
  }
}

/** What the key store's paper does not cover would be refused in the middle of somebody's loan. */
function requireWithin(seal: Seal, documents: readonly string[], until: Instant): void {
  const made = paperOf(seal);
  if (made === undefined) return;
  const beyond = documents.find((kind) => !made.documents.includes(kind));
  if (beyond !== undefined) throw new Fault('seal.beyond_paper', { seal: seal.id, kind: beyond });
  if (until > made.until || until > made.notAfter) {
    throw new Fault('seal.beyond_paper', { seal: seal.id, until: formatInstant(made.until) });
  }
}

/**
 * The seal that is put on documents of this kind: of those that are active and authorised for it
 * now, the one whose authorisation is the newest; the seal that came with the house is the oldest.
 */
export function sealFor(seals: readonly Seal[], kind: string, now: Instant): Seal | undefined {
  const usable = seals.filter((seal) => isUsable(seal, kind, now));
  return usable.toSorted((a, b) => authorisedAt(b) - authorisedAt(a)).at(0);
}

function isUsable(seal: Seal, kind: string, now: Instant): boolean {
  const { standing, until, documents } = seal;
  const isInTime = until === undefined || now < until;
  return standing === 'active' && isInTime && !isLapsed(seal, now) && documents.includes(kind);
}

function isLapsed(seal: Seal, now: Instant): boolean {
  const made = paperOf(seal);
  return made !== undefined && now >= paperEnd(made);
}

function authorisedAt({ steps }: Seal): number {
  return steps.findLast(({ act }) => act === 'authorise')?.at ?? 0;
}

/** Refuses with seal.malformed what says too little, or so much that it would hide something. */
export function requireReason(why: string): void {
  const letters = [...why.trim()].length;
  if (letters < reasonLettersMin || letters > reasonLettersMax) throw malformed('why');
}

function requireKinds(documents: readonly string[]): readonly string[] {
  const isList = documents.length > 0 && documents.length <= documentsMax;
  if (!isList || !documents.every((kind) => kindPattern.test(kind))) throw malformed('documents');
  return documents;
}

/** Refuses with seal.not_usable, seal.paper_lapsed and seal.not_authorised. */
export function requireUsable(seal: Seal, kind: string, now: Instant): void {
  const { id, standing, until, documents } = seal;
  if (standing !== 'active') throw new Fault('seal.not_usable', { seal: id, standing });
  if (isLapsed(seal, now)) throw new Fault('seal.paper_lapsed', { seal: id });
  if (until !== undefined && now >= until) {
    throw new Fault('seal.not_authorised', { seal: id, why: 'until' });
  }
  if (!documents.includes(kind)) throw new Fault('seal.not_authorised', { seal: id, kind });
}

function malformed(name: string): Fault {
  return new Fault('seal.malformed', { name });
}
