/**
 * Fubie's signing page inside an institution's own page or app (S1-19, S2-36).
 *
 * One file without dependencies: `<script src="https://HOUSE/sdk/fubie.js">` gives `Fubie`. What it
 * tells is a hint for the screen and no evidence: the institution's server asks the house.
 */
import { type FromPage, fromPage, isTicket, posted } from './messages.ts';

/** Which case, and what the institution's page wants to hear. */
export interface Opening {
  /** The origin of the house, such as `https://sign.example`; by default where this file is from. */
  readonly house?: string;
  /** The secret from `POST /v1/cases`, good once and for minutes; without it she begins herself. */
  readonly ticket?: string;
  /** The step she is at, such as `application`; none of them says anything about her. */
  readonly onStep?: (step: string) => void;
  /** The contract is signed and the money out; told once. */
  readonly onDone?: (done: Done) => void;
  /** She went back to the app before the end; her case waits and can be opened again. */
  readonly onAbandon?: () => void;
}

/** In a frame inside this page, whose origin the institution has registered with the house. */
export interface InFrame extends Opening {
  /** An element of this page, as large as the frame is to be; 360 points wide at least. */
  readonly container: HTMLElement;
}

/** Instead of this page, as in a mini-program's web-view; she comes back to `back`. */
export interface ByRedirect {
  readonly house?: string;
  readonly ticket?: string;
  /** An address of a registered origin; `returned()` there tells how it went. */
  readonly redirect: string;
}

/** How it ended. */
export interface Done {
  /** The preservation number (保全号); with it the institution's server finds the case. */
  readonly number: string;
}

/** A frame that is open. */
export interface Opened {
  /** Takes the frame away; her case stays as it is. */
  readonly close: () => void;
}

/** How she came back from a redirect. */
export type Returned =
  | { readonly is: 'done'; readonly number: string }
  | { readonly is: 'abandoned' };

const ownAddress: string = sourceOf(document.currentScript);
const rights: readonly string[] = ['camera', 'geolocation', 'screen-wake-lock'];

/** Opens the signing page. A wrong house, ticket or address is a TypeError, at once. */
export function open(order: InFrame | ByRedirect): Opened {
  const house = new URL(order.house ?? ownAddress).origin;
  const { ticket } = order;
  if (ticket !== undefined && !isTicket(ticket)) throw new TypeError('Fubie: not a ticket');
  const address = new URL('/sign?via=app', house);
  if ('container' in order) return inFrame(order, address);
  address.searchParams.set('back', new URL(order.redirect).href);
  if (ticket !== undefined) address.hash = `h.${ticket}`;
  location.assign(address.href);
  return { close: () => undefined };
}

/** How she came back, on the page that `redirect` named; undefined when she came another way. */
export function returned(address: string = location.href): Returned | undefined {
  const { searchParams } = new URL(address);
  const number = searchParams.get('number');
  if (searchParams.get('fubie') === 'left') return { is: 'abandoned' };
  if (searchParams.get('fubie') !== 'done' || number === null) return undefined;
  return { is: 'done', number };
}

function inFrame(order: InFrame, address: URL): Opened {
  const frame = document.createElement('iframe');
  frame.title = '签署合同';
  frame.allow = rights.map((right) => `${right} ${address.origin}`).join('; ');
  frame.referrerPolicy = 'no-referrer';
  frame.style.cssText = 'display:block;width:100%;height:100%;border:0';
  frame.src = address.href;
  let { ticket } = order;
  let isDone = false;
  const close = (): void => {
    window.removeEventListener('message', hear);
    frame.remove();
  };
  function hear(event: MessageEvent): void {
    if (event.source !== frame.contentWindow || event.origin !== address.origin) return;
    const told = fromPage(event.data);
    if (told !== undefined) heard(told);
  }
  function heard(told: FromPage): void {
    switch (told.is) {
      case 'here':
        frame.contentWindow?.postMessage(posted({ is: 'open', ticket }), address.origin);
        // A page that loads again goes on by itself: a ticket opens once.
        ticket = undefined;
        return;
      case 'step':
        return order.onStep?.(told.step);
      case 'done':
        if (isDone) return;
        isDone = true;
        return order.onDone?.({ number: told.number });
      case 'left':
        close();
        if (!isDone) order.onAbandon?.();
        return;
    }
  }
  window.addEventListener('message', hear);
  order.container.append(frame);
  return { close };
}

function sourceOf(script: Element | SVGScriptElement | null): string {
  return script?.getAttribute('src') === null || script === null
    ? location.href
    : new URL(script.getAttribute('src') ?? '', location.href).href;
}
