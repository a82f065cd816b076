import { entryWords } from '../phrases/house.ts';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Asked, Empty } from './asked.tsx';
import { Section } from './controls.tsx';
import { EntryFacts } from './entry-facts.tsx';
import { Level } from './level.tsx';
import { clockOf } from './shown.ts';
import { type Chapter, chaptersOf, type Entry, useTimeline } from './timeline-of.ts';
import { caseWords } from './words/cases.ts';

/** What happened in a case, day by day and phase by phase, each with what it can prove today. */
export function Timeline({ id }: { readonly id: string }) {
  const say = useWords(caseWords);
  const timeline = useTimeline(id);
  return (
    <Section title={say('timeline')} note={say('timelineNote')}>
      <Asked question={timeline}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Empty title={say('noEntries')} />
          ) : (
            <>
              <Standing entries={entries} />
              {chaptersOf(entries).map((chapter) => (
                <OneChapter key={chapter.entries[0]?.seq} chapter={chapter} />
              ))}
            </>
          )
        }
      </Asked>
    </Section>
  );
}

/** The whole in one sentence, so that nobody has to count badges. */
function Standing({ entries }: { readonly entries: readonly Entry[] }) {
  const say = useWords(caseWords);
  const weakest = entries.map(({ level }) => level).toSorted()[0] ?? 'L0';
  const behind = entries.filter(({ level }) => level < 'L2').length;
  return (
    <p className="standing">
      {behind === 0
        ? say('allProved', { n: entries.length })
        : say('someProved', { n: entries.length, behind })}{' '}
      <Level level={weakest} />
    </p>
  );
}

function OneChapter({ chapter }: { readonly chapter: Chapter }) {
  const say = useWords(caseWords);
  const { day, phase, entries } = chapter;
  return (
    <div className="chapter">
      <h3>
        {say(`phase.${phase}`)} <time dateTime={day}>{day}</time>
      </h3>
      <ol>
        {entries.map((entry) => (
          <OneEntry key={entry.seq} entry={entry} />
        ))}
      </ol>
    </div>
  );
}

function OneEntry({ entry }: { readonly entry: Entry }) {
  const { language } = useLanguage();
  return (
    <li>
      <time dateTime={entry.at}>{clockOf(entry.at)}</time>
      <EntryFacts entry={entry} title={entryWords[entry.type]?.[language] ?? entry.type} />
      <Level level={entry.level} />
    </li>
  );
}
