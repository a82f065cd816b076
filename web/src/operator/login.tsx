import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Field } from '../ui/field.tsx';
import { useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { answerOf, api } from './api.ts';
import { ActError, LanguageButton, useAct } from './controls.tsx';
import { beginSession, isExpired } from './session.ts';
import { Title } from './title.tsx';
import { deskWords } from './words/desk.ts';

/** Login, and the change of a password that works once. */
export function LoginPage() {
  const say = useWords(deskWords);
  const [change, setChange] = useState<{ readonly token: string; readonly old: string }>();
  return (
    <main className="login">
      <p className="brand">{say('desk')}</p>
      {change === undefined ? (
        <LoginForm onChangeDue={(token, old) => setChange({ token, old })} />
      ) : (
        <ChangeForm {...change} onChanged={() => setChange(undefined)} />
      )}
      <p>
        <LanguageButton />
      </p>
    </main>
  );
}

function LoginForm({
  onChangeDue,
}: {
  readonly onChangeDue: (token: string, password: string) => void;
}) {
  const say = useWords(deskWords);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const act = useAct(
    async () => {
      const opened = await answerOf(api.POST('/v1/sessions', { body: { login, password } }));
      if (opened.mustChange) onChangeDue(opened.token, password);
      else beginSession(opened.token);
    },
    { 'access.unauthenticated': say('wrong') },
  );
  return (
    <>
      <Title text={say('loginTitle')}>
        <p className="note">{say('loginNote')}</p>
      </Title>
      {isExpired() && act.error === '' ? <Notice tone="warn">{say('expired')}</Notice> : null}
      <form onSubmit={act.submit}>
        <Field
          label={say('account')}
          name="login"
          autoComplete="username"
          spellCheck={false}
          maxLength={64}
          value={login}
          onChange={setLogin}
        />
        <Field
          label={say('password')}
          name="password"
          type="password"
          autoComplete="current-password"
          maxLength={128}
          value={password}
          onChange={setPassword}
        />
        <ActError text={act.error} />
        <Button kind="primary" submit busy={act.busy} waits={login === '' || password === ''}>
          {say('login')}
        </Button>
      </form>
    </>
  );
}

function ChangeForm({
  token,
  old,
  onChanged,
}: {
  readonly token: string;
  readonly old: string;
  readonly onChanged: () => void;
}) {
  const say = useWords(deskWords);
  const [fresh, setFresh] = useState('');
  const act = useAct(async () => {
    const headers = { authorization: `Bearer ${token}` };
    const body = { old, fresh };
    await answerOf(api.PUT('/v1/sessions/current/password', { body, headers }));
    onChanged();
  });
  return (
    <>
      <Title text={say('changeTitle')}>
        <p className="note">{say('changeNote')}</p>
      </Title>
      <form onSubmit={act.submit}>
        <Field
          label={say('fresh')}
          name="fresh"
          type="password"
          autoComplete="new-password"
          maxLength={128}
          value={fresh}
          onChange={setFresh}
        />
        <ActError text={act.error} />
        <Button kind="primary" submit busy={act.busy} waits={fresh === ''}>
          {say('change')}
        </Button>
      </form>
    </>
  );
}
