/**
 * Who opened the signing page: nobody, a page around it, or one it goes back to.
 *
 * Only origins that the institution registered as its own are ever spoken to. The server's policy
 * says the same to the browser; the page asks by itself where something took that policy away.
 */
import { type FromPage, fromHost, posted } from './messages.ts';

/** The institution's own page, as the signing page knows it. */
export interface Host {
  /** A step, or the end; nothing of hers. */
  tell(said: { readonly is: 'step'; step: string } | { readonly is: 'done'; number: string }): void;
  /** She goes back to it; her case stays. */
  leave(): void;
}

/** The part of a window that a frame needs to know who is around it. */
export interface FramedWindow {
  readonly parent: { postMessage(said: object, origin: string): void };
  readonly top: unknown;
  readonly location: { readonly ancestorOrigins?: ArrayLike<string> };
  addEventListener(name: 'message', hear: (event: Heard) => void): void;
}

interface Heard {
  readonly origin: string;
  readonly source: unknown;
  readonly data: unknown;
}

/** The origins that the house wrote into its page. */
export function registeredIn(content: string | null | undefined): readonly string[] {
  return (content ?? '').split(' ').filter((one) => one.startsWith('https://'));
}

/**
 * Waits for a registered page around this one to say that it opened it; `undefined` at once when a
 * stranger's is among those around. `take` gets the ticket.
 */
export function hostAround(
  around: FramedWindow,
  registered: readonly string[],
  take: (ticket: string) => void,
): Promise<Host> | undefined {
  if (!isAmongOwn(around, registered)) return undefined;
  const say = (said: FromPage, origin: string): void =>
    around.parent.postMessage(posted(said), origin);
  return new Promise((resolve) => {
    let isKnown = false;
    around.addEventListener('message', ({ source, origin, data }) => {
      const said = fromHost(data);
      if (source !== around.parent || !registered.includes(origin)) return;
      if (said === undefined || isKnown) return;
      isKnown = true;
      if (said.ticket !== undefined) take(said.ticket);
      resolve({ tell: (told) => say(told, origin), leave: () => say({ is: 'left' }, origin) });
    });
    // Nobody else's window gets it: the browser compares the origin.
    for (const origin of registered) say({ is: 'here' }, origin);
  });
}

/** Firefox does not say who is around: there, nobody may stand between. */
function isAmongOwn({ location, parent, top }: FramedWindow, registered: readonly string[]) {
  const { ancestorOrigins } = location;
  if (registered.length === 0) return false;
  if (ancestorOrigins === undefined) return parent === top;
  return Array.from(ancestorOrigins).every((origin) => registered.includes(origin));
}

/**
 * The page she goes back to, where the address names one of a registered origin: anybody can write
 * an address, and nobody is led elsewhere by ours.
 */
export function hostBehind(
  address: string,
  registered: readonly string[],
  go: (address: string) => void,
): Host | undefined {
  const back = addressIn(new URL(address).searchParams.get('back') ?? '');
  if (back === undefined || !registered.includes(back.origin)) return undefined;
  let number: string | undefined;
  return {
    tell: (told) => {
      if (told.is === 'done') number = told.number;
    },
    leave: () => {
      back.searchParams.set('fubie', number === undefined ? 'left' : 'done');
      if (number !== undefined) back.searchParams.set('number', number);
      go(back.href);
    },
  };
}

function addressIn(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}
