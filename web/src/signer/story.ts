/**
 * Which screen comes next: where the house says the case stands, and where in that step she is.
 *
 * Pure. The step is the house's word, so that a second device, a back button or a killed tab can
 * only ever lead to what is due; the place inside a step is the page's, and one that does not fit
 * falls back to the step's beginning.
 */
import type { CaptureKind, CaseDocument, Progress, Step } from '../api/answers.ts';

export const formPages = ['who', 'reach', 'account', 'loan', 'review'] as const;

export type FormPage = (typeof formPages)[number];

export type Screen =
  | { readonly is: 'agreement' | 'consents' | 'assessment' | 'payment' | 'done' | 'refused' }
  | { readonly is: 'application'; readonly page: FormPage }
  | { readonly is: 'captures'; readonly kind: string | undefined }
  | { readonly is: 'set'; readonly documents: readonly CaseDocument[] }
  | { readonly is: 'read'; readonly document: CaseDocument }
  | { readonly is: 'clause'; readonly document: CaseDocument; readonly at: number }
  | { readonly is: 'confirm'; readonly document: CaseDocument }
  | { readonly is: 'sign'; readonly documents: readonly CaseDocument[] }
  | { readonly is: 'waiting'; readonly for: 'seal' | 'money' | 'document' | 'person' };

/** `read:3f…` as its parts. */
export function placeParts(place: string): readonly [name: string, of: string] {
  const at = place.indexOf(':');
  return at < 0 ? [place, ''] : [place.slice(0, at), place.slice(at + 1)];
}

export function screenOf(progress: Progress, place: string): Screen {
  const [name, of] = placeParts(place);
  switch (progress.next) {
    case 'agreement':
    case 'consents':
    case 'payment':
    case 'done':
    case 'refused':
      return { is: progress.next };
    case 'application':
      return { is: 'application', page: formPages.find((page) => page === name) ?? 'who' };
    case 'captures':
      return { is: 'captures', kind: captureOf(progress, of) };
    case 'assessment':
      return progress.waitsFor === 'person'
        ? { is: 'waiting', for: 'person' }
        : { is: 'assessment' };
    case 'authorisations':
      if (isPhotoTime(progress, name)) return { is: 'captures', kind: captureOf(progress, of) };
      return reading(setOf(progress), name, of);
    case 'cost-sheet':
    case 'contract':
    case 'note':
      return reading(setOf(progress), name, of);
    case 'seal':
      return { is: 'waiting', for: 'seal' };
    case 'disbursement':
      return { is: 'waiting', for: 'money' };
  }
}

/** The documents of the set that is due, in their order; what is signed is out of it. */
export function setOf(progress: Progress): readonly CaseDocument[] {
  const kinds = kindsOfStep[progress.next] ?? [];
  return kinds.flatMap((kind) =>
    progress.documents.filter((document) => document.kind === kind && !document.signed),
  );
}

const kindsOfStep: Partial<Record<Step, readonly string[]>> = {
  authorisations: ['pi-authorisation', 'credit-authorisation'],
  'cost-sheet': ['cost-sheet'],
  contract: ['loan-contract'],
  note: ['note'],
};

/** Read everything, confirm what asks for it, then sign: whoever jumps ahead lands at what is due. */
function reading(set: readonly CaseDocument[], name: string, of: string): Screen {
  const first = set[0];
  if (first === undefined) return { is: 'waiting', for: 'document' };
  const named = set.find(({ id }) => id === of);
  if (name === 'read' && named !== undefined) return { is: 'read', document: named };
  if (set.some(({ read }) => !read)) return { is: 'set', documents: set };
  if (name === 'set') return { is: 'set', documents: set };
  for (const document of set) {
    const at = document.clauses.findIndex(({ confirmed }) => !confirmed);
    if (at >= 0 && name !== '') return { is: 'clause', document, at };
  }
  if (name === '') return { is: 'set', documents: set };
  return first.action === 'confirm'
    ? { is: 'confirm', document: first }
    : { is: 'sign', documents: set };
}

/** What is photographed; her handwriting is asked for where she signs. */
export function photosAsked({ captures }: Progress): readonly CaptureKind[] {
  return captures.asked.filter(({ kind }) => kind !== 'handwriting');
}

/** Which consent a kind of photograph leans on. */
const consentOf: Readonly<Partial<Record<string, string>>> = {
  'id-front': 'id-card-image',
  'id-back': 'id-card-image',
  holder: 'recording',
  scene: 'recording',
};

/** Where the camera may open at all: her yes comes first, and a no closes only what leaned on it. */
export function photosOffered(progress: Progress): readonly CaptureKind[] {
  const isAllowed = (kind: string): boolean => {
    const needed = consentOf[kind];
    return (
      needed === undefined ||
      progress.consents.some((consent) => consent.kind === needed && consent.accepted)
    );
  };
  return photosAsked(progress).filter(({ kind }) => isAllowed(kind));
}

/**
 * Photographs that nobody has to take are offered once, before anything is read; one that did not
 * get through when its tab was killed comes first.
 */
function isPhotoTime(progress: Progress, name: string): boolean {
  const { captures, reading: budget } = progress;
  if (photosAsked(progress).length === 0) return false;
  if (name === 'photos' || name === 'photo') return true;
  if (name === '' && captures.open.length > 0) return true;
  return name === '' && captures.stored.length === 0 && (budget?.secondsRead ?? 0) === 0;
}

function captureOf(progress: Progress, kind: string): string | undefined {
  return photosOffered(progress).find((asked) => asked.kind === kind)?.kind;
}

/** The document to open next, and where to go when all are read. */
export function placeAfter(set: readonly CaseDocument[], read?: string): string {
  const next = set.find((document) => !document.read && document.id !== read);
  return next === undefined ? 'sign' : `read:${next.id}`;
}

/** How far the whole story is, for the bar on top: steps before this one, and their number. */
export function stepsDone(
  progress: Progress,
  now: Step,
): { readonly done: number; readonly of: number } {
  const steps: readonly Step[] = progress.steps
    .map(({ step }) => step)
    .filter((step) => step !== 'done' && step !== 'refused');
  return { done: Math.max(0, steps.indexOf(now)), of: steps.length };
}

/** The step a screen belongs to: photographs are taken while the authorisations already wait. */
export function stepOf(progress: Progress, place: string): Step {
  return screenOf(progress, place).is === 'captures' ? 'captures' : progress.next;
}
