import { type Host, hostAround, hostBehind, registeredIn } from '../sdk/host.ts';
import { mount } from '../ui/mount.tsx';
import { HostProvider } from './host.tsx';
import { SignerPage } from './page.tsx';

const meta = document.querySelector('meta[name="fubie-frames"]');
const registered = registeredIn(meta?.getAttribute('content'));

function show(host: Host | undefined, isWelcome: boolean): void {
  const page = (
    <HostProvider host={host}>
      <SignerPage />
    </HostProvider>
  );
  mount(page, isWelcome);
}

/** The ticket stands where a hand-over stands in the address of who comes without a frame. */
function take(ticket: string): void {
  history.replaceState(null, '', `${location.pathname}${location.search}#h.${ticket}`);
}

if (window.top === window.self) {
  show(
    hostBehind(location.href, registered, (address) => location.assign(address)),
    false,
  );
} else {
  const around = hostAround(window, registered, take);
  if (around === undefined) show(undefined, false);
  else void around.then((host) => show(host, true));
}
