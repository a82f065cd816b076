import { useEffect, useState } from 'react';
import type { Receipt } from '../../api/answers.ts';
import { receiptsText } from '../../device/receipts.ts';
import { Button } from '../../ui/button.tsx';
import { download } from '../../ui/download.ts';
import { Facts } from '../../ui/facts.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHost } from '../host.tsx';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { afterwardsWords } from '../words/afterwards.ts';
import { Phrase } from './phrase.tsx';
import { PrintPage } from './print-page.tsx';
import { RecordScreen } from './record.tsx';
import { Satisfaction } from './satisfaction.tsx';
import type { StepProps } from './step-props.ts';

const pdfMedia = 'application/pdf';

/** What she holds afterwards: number, phrase, contract, receipts, evidence, a page to print. */
export function Done({ progress, onGo, place }: StepProps & { readonly place: string }) {
  const say = useWords(afterwardsWords);
  const { line } = useHouse();
  const host = useHost();
  const [receipt, setReceipt] = useState<Receipt>();
  const load = useAct();
  const files = useAct();
  const { run } = load;
  const { preservationNumber, contractNumber } = progress;
  useEffect(() => {
    run(async () => setReceipt(await line.act<Receipt>(`/v1/cases/${progress.case}/receipts`, {})));
  }, [run, line, progress.case]);
  const contract = progress.documents.find(({ kind }) => kind === 'loan-contract');
  const getContract = (): void =>
    files.run(async () => {
      const revision = receipt?.contract.revision ?? contract?.revision ?? 0;
      const bytes = await line.bytes(`/v1/contracts/${contract?.id}/revisions/${revision}`);
      download(`${contractNumber ?? 'contract'}.pdf`, bytes, pdfMedia);
    });
  const getPackage = (): void =>
    files.run(async () => {
      const made = await line.act<{ package: string }>('/v1/packages', { case: progress.case });
      const bytes = await line.bytes(`/v1/packages/${made.package}`);
      download(`${preservationNumber}.zip`, bytes, 'application/zip');
    });
  const getReceipts = (): void => {
    const bytes = new TextEncoder().encode(receiptsText());
    download(`${preservationNumber}-receipts.json`, bytes, 'application/json');
  };
  if (place === 'record') return <RecordScreen number={preservationNumber} onGo={onGo} />;
  if (place === 'print' && receipt !== undefined) {
    return <PrintPage receipt={receipt} institution={progress.institution.name} onGo={onGo} />;
  }
  return (
    <Screen
      title={say('doneTitle')}
      lead={say('doneLead')}
      actions={
        <>
          <Button
            kind="primary"
            busy={files.busy}
            waits={receipt === undefined}
            onPress={getContract}
          >
            {say('getContract')}
          </Button>
          <Button waits={receipt === undefined} onPress={() => onGo('print')}>
            {say('print')}
          </Button>
          {host !== undefined && <Button onPress={() => host.leave()}>{say('toApp')}</Button>}
        </>
      }
      below={
        <>
          <section className="card">
            <Button busy={files.busy} onPress={getPackage}>
              {say('getPackage')}
            </Button>
            <Button onPress={() => onGo('record')}>{say('record')}</Button>
            <Button onPress={getReceipts}>{say('getReceipts')}</Button>
          </section>
          <Satisfaction caseId={progress.case} />
        </>
      }
    >
      <Refused act={load} />
      <Refused act={files} />
      <section className="card">
        <Facts
          rows={[
            [say('number'), preservationNumber],
            [say('contractNumber'), contractNumber ?? ''],
          ]}
        />
      </section>
      {receipt === undefined && load.refusal === undefined && (
        <Notice tone="plain">{say('preparing')}</Notice>
      )}
      {receipt !== undefined && <Phrase words={receipt.contract.phrase} />}
    </Screen>
  );
}
