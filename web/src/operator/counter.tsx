import { useState } from 'react';
import { Link } from 'react-router';
import { Button } from '../ui/button.tsx';
import { Facts } from '../ui/facts.tsx';
import { useWords } from '../ui/language.tsx';
import { Qr } from '../ui/qr.tsx';
import { actKey, answerOf, api } from './api.ts';
import { Empty } from './asked.tsx';
import { ActError, Select, useAct } from './controls.tsx';
import { useMay, useNames } from './rules.ts';
import { secondOf } from './shown.ts';
import { Title } from './title.tsx';
import { caseWords } from './words/cases.ts';

interface Given {
  readonly case: string;
  readonly preservationNumber: string;
  readonly link: string;
  readonly until: string;
}

/** A case is opened for who stands at the counter, and goes on in her own hand (S2-05). */
export function CounterPage() {
  const say = useWords(caseWords);
  const may = useMay()('case.open');
  const [given, setGiven] = useState<Given>();
  if (may === false) return <Empty title={say('openForbidden')} />;
  return (
    <>
      <nav aria-label={say('back')}>
        <Link to="/">{say('back')}</Link>
      </nav>
      <Title text={say('openTitle')} />
      {given === undefined ? (
        <Opening onOpened={setGiven} />
      ) : (
        <HandOver given={given} onAgain={setGiven} />
      )}
    </>
  );
}

function Opening({ onOpened }: { readonly onOpened: (given: Given) => void }) {
  const say = useWords(caseWords);
  const { products } = useNames();
  const [key] = useState(actKey);
  const [product, setProduct] = useState('');
  const act = useAct(async () => {
    const params = { header: { 'idempotency-key': key } };
    onOpened(await answerOf(api.POST('/v1/cases', { params, body: { product } })));
  });
  return (
    <form onSubmit={act.submit} aria-label={say('openHere')} className="inset narrow">
      <p className="note">{say('openNote')}</p>
      <Select
        label={say('product')}
        value={product}
        onChange={setProduct}
        options={[
          { value: '', label: say('choose') },
          ...products.map(({ id, name }) => ({ value: id, label: name })),
        ]}
      />
      <ActError text={act.error} />
      <div className="acts">
        <Button kind="primary" submit busy={act.busy} waits={product === ''}>
          {say('openDo')}
        </Button>
      </div>
    </form>
  );
}

/** The secret as a code to scan; it works once, and not for who shows it. */
function HandOver({
  given,
  onAgain,
}: {
  readonly given: Given;
  readonly onAgain: (given: Given) => void;
}) {
  const say = useWords(caseWords);
  const act = useAct(async () => {
    const params = { path: { id: given.case }, header: { 'idempotency-key': actKey() } };
    const made = await answerOf(api.POST('/v1/cases/{id}/counter-handovers', { params }));
    onAgain({ ...given, ...made });
  });
  const address = new URL(given.link, location.href).href;
  return (
    <div className="inset narrow">
      <h2>{say('scan')}</h2>
      <p className="note">{say('scanNote')}</p>
      <Qr text={address} label={say('scan')} />
      <Facts
        rows={[
          [say('number'), given.preservationNumber],
          [say('scanUntil'), secondOf(given.until)],
        ]}
      />
      <ActError text={act.error} />
      <div className="acts">
        <Button busy={act.busy} onPress={() => void act.run()}>
          {say('codeAgain')}
        </Button>
        <Link to={`/cases/${given.case}`}>{say('openedCase')}</Link>
      </div>
    </div>
  );
}
