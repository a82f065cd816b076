import { useQuery } from '@tanstack/react-query';
import { gatewayWords } from '../phrases/parties.ts';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Notice } from '../ui/notice.tsx';
import { answerOf, api } from './api.ts';
import { Asked, NotPermitted } from './asked.tsx';
import { Section } from './controls.tsx';
import { Queues } from './queues.tsx';
import { useMay } from './rules.ts';
import { grouped } from './shown.ts';
import { type Alarm, type Status, useStatus } from './status.ts';
import { Title } from './title.tsx';
import { Witnesses } from './witnesses.tsx';
import { alarmWords, houseWords } from './words/house.ts';

/** The house at a glance: alarms first, then who signs the log, what waits, what is simulated. */
export function HousePage() {
  const say = useWords(houseWords);
  const may = useMay();
  const status = useStatus();
  const isAllowed = may('status.read') === true;
  const glance = useQuery({
    queryKey: ['glance'],
    queryFn: () => answerOf(api.GET('/v1/desk/glance')),
    enabled: isAllowed,
  });
  return (
    <>
      <Title text={say('statusTitle')} />
      {may('status.read') === false ? (
        <NotPermitted />
      ) : (
        <Asked question={status}>
          {(stand) => (
            <>
              <Alarms alarms={stand.alarms} />
              <Asked question={glance}>
                {(seen) => (
                  <>
                    <Witnesses signers={seen.signers} stand={stand} />
                    <Queues work={seen.work} stamps={seen.stamps} />
                  </>
                )}
              </Asked>
              <Setting stand={stand} />
            </>
          )}
        </Asked>
      )}
    </>
  );
}

function Alarms({ alarms }: { readonly alarms: readonly Alarm[] }) {
  const say = useWords(houseWords);
  const { language } = useLanguage();
  if (alarms.length === 0) return <Notice tone="good">{say('noAlarms')}</Notice>;
  return (
    <Section title={say('alarms', { n: alarms.length })}>
      {alarms.map(({ code, detail }) => {
        const [kind = code, name = ''] = code.split('.');
        const words = alarmWords[kind]?.[language] ?? code;
        return (
          <Notice key={code} tone="bad" title={words.replace('{name}', name)}>
            <small>
              {code} {detail}
            </small>
          </Notice>
        );
      })}
    </Section>
  );
}

/** What this house is: what is real in it and what only looks so. */
function Setting({ stand }: { readonly stand: Status }) {
  const say = useWords(houseWords);
  const { language } = useLanguage();
  const named = stand.simulators.map((name) => gatewayWords[name]?.[language] ?? name);
  const { l1, l2 } = stand.log;
  return (
    <Section title={say('setting')}>
      <Facts
        rows={[
          [say('mode'), say(stand.mode === 'demo' ? 'mode.demo' : 'mode.production')],
          [say('sequenced'), grouped(l1)],
          [
            say('witnessed'),
            l1 > l2 ? `${grouped(l2)} · ${say('behind', { n: l1 - l2 })}` : grouped(l2),
          ],
          [say('authority'), stand.certificationAuthority],
          [say('time'), stand.timeSource === 'LOCAL_CLOCK' ? say('localClock') : stand.timeSource],
          [
            say('simulators'),
            named.length === 0 ? say('none') : named.join(language === 'zh' ? '、' : ', '),
          ],
        ]}
      />
    </Section>
  );
}
