import { Link, Outlet, useLocation } from 'react-router';
import { useWords } from '../ui/language.tsx';
import { api } from './api.ts';
import { useChanges } from './changes.ts';
import { LanguageButton } from './controls.tsx';
import { type Permission, useMay, useMe, useNames } from './rules.ts';
import { endSession } from './session.ts';
import { useStatus } from './status.ts';
import { deskWords } from './words/desk.ts';

const sections = [
  { to: '/', word: 'cases', needs: 'case.list' },
  { to: '/find', word: 'find', needs: 'case.find' },
  { to: '/funnel', word: 'funnel', needs: 'case.list' },
  { to: '/rights', word: 'rights', needs: 'case.list' },
  { to: '/seals', word: 'seals', needs: 'seal.manage' },
  { to: '/house', word: 'house', needs: 'status.read' },
  { to: '/log', word: 'log', needs: 'status.read' },
] as const satisfies readonly { to: string; word: string; needs: Permission }[];

/** The frame of every screen of the desk: where one can go, and who one is. */
export function Shell() {
  const say = useWords(deskWords);
  const may = useMay();
  const { pathname } = useLocation();
  useChanges();
  return (
    <div className="desk">
      <button
        type="button"
        className="skip"
        onClick={() => document.getElementById('content')?.focus()}
      >
        {say('skip')}
      </button>
      <header className="desk-head">
        <strong className="brand">{say('desk')}</strong>
        <nav aria-label={say('navigation')}>
          {sections
            .filter(({ needs }) => may(needs) === true)
            .map(({ to, word }) => (
              <Link key={to} to={to} aria-current={isWithin(to, pathname) ? 'page' : undefined}>
                {say(word)}
                {word === 'house' ? <AlarmMark /> : null}
              </Link>
            ))}
        </nav>
        <Me />
      </header>
      <main id="content" tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  );
}

/** A case, its trace and its opening belong to the cases. */
function isWithin(section: string, pathname: string): boolean {
  if (section !== '/') return pathname.startsWith(section);
  return pathname === '/' || /^\/(cases|traces|open)\b/.test(pathname);
}

/** An alarm is seen on every screen, not only by who happens to look at the status. */
function AlarmMark() {
  const say = useWords(deskWords);
  const { data } = useStatus();
  if (data === undefined || data.alarms.length === 0) return null;
  return (
    <span className="alarm-mark">
      {data.alarms.length}
      <span className="unseen">{say('alarm')}</span>
    </span>
  );
}

function Me() {
  const say = useWords(deskWords);
  const names = useNames();
  const me = useMe();
  return (
    <div className="desk-me">
      {me.data === undefined ? null : (
        <span>
          {me.data.login}
          <small>
            {names.unit(me.data.unit)} · {names.roles}
          </small>
        </span>
      )}
      <LanguageButton />
      <button type="button" className="small" onClick={() => void logout()}>
        {say('logout')}
      </button>
    </div>
  );
}

async function logout(): Promise<void> {
  try {
    await api.DELETE('/v1/sessions/current');
  } finally {
    endSession('logout');
  }
}
