import { useState } from 'react';
import { Button } from '../ui/button.tsx';
import { download } from '../ui/download.ts';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { answerOf, api } from './api.ts';
import { ActError, Section, Select, useAct } from './controls.tsx';
import { Digest } from './digest.tsx';
import { useMay, useRules } from './rules.ts';
import { grouped } from './shown.ts';
import { caseWords } from './words/cases.ts';

interface Built {
  readonly bytes: number;
  readonly sha256: string;
}

/** The evidence of a case in one file: built, fetched and saved by one press. */
export function Package({ id, name }: { readonly id: string; readonly name: string }) {
  const say = useWords(caseWords);
  const may = useMay();
  const [step, setStep] = useState<'building' | 'fetching'>();
  const [built, setBuilt] = useState<Built>();
  const [purpose, setPurpose] = useState('');
  const act = useAct(async () => {
    const headers = purpose === '' ? {} : { 'x-fubie-purpose': purpose };
    setBuilt(undefined);
    setStep('building');
    try {
      const made = await answerOf(api.POST('/v1/packages', { body: { case: id }, headers }));
      setStep('fetching');
      const params = { path: { id: made.package } };
      const bytes = await answerOf(
        api.GET('/v1/packages/{id}', { params, headers, parseAs: 'arrayBuffer' }),
      );
      download(`${name}.zip`, new Uint8Array(bytes), 'application/zip');
      setBuilt(made);
    } finally {
      setStep(undefined);
    }
  });
  if (may('package.build') === false) {
    return (
      <Section title={say('package')}>
        <p className="note">{say('packageForbidden')}</p>
      </Section>
    );
  }
  return (
    <Section title={say('package')} note={say('packageNote')}>
      <form onSubmit={act.submit}>
        {may('package.legal') === true ? <Purpose value={purpose} onChange={setPurpose} /> : null}
        <ActError text={act.error} />
        <Button kind="primary" submit busy={act.busy}>
          {say(step ?? 'build')}
        </Button>
      </form>
      <div role="status">
        {built === undefined ? null : (
          <Facts
            rows={[
              [say('built'), say('bytes', { n: grouped(built.bytes) })],
              ['SHA-256', <Digest key="digest" text={built.sha256} />],
            ]}
          />
        )}
      </div>
    </Section>
  );
}

/** For whom a restricted person's record is opened (PIPL 47); most packages need none. */
function Purpose({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
}) {
  const say = useWords(caseWords);
  const { language } = useLanguage();
  const legal = useRules()?.legal ?? [];
  return (
    <Select
      label={say('packagePurpose')}
      value={value}
      onChange={onChange}
      options={[
        { value: '', label: say('packageNoPurpose') },
        ...legal.map((one) => ({ value: one.code, label: one[language] })),
      ]}
    />
  );
}
