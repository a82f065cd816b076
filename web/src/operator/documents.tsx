import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { components } from '../api/schema.d.ts';
import { Button } from '../ui/button.tsx';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { answerOf, api } from './api.ts';
import { Asked, Empty } from './asked.tsx';
import { Section } from './controls.tsx';
import { Digest } from './digest.tsx';
import { DocumentText, type OpenedDocument } from './document-text.tsx';
import { Level } from './level.tsx';
import { useMay } from './rules.ts';
import { minuteOf, secondOf } from './shown.ts';
import { type Entry, useTimeline } from './timeline-of.ts';
import { caseWords } from './words/cases.ts';

type Listed = components['schemas']['GetCasesByIdDocumentsAnswer']['documents'][number];

/** The documents of a case: read when, signed by whom and when, and what proves the signature. */
export function Documents({ id }: { readonly id: string }) {
  const say = useWords(caseWords);
  const documents = useQuery({
    queryKey: ['documents', id],
    queryFn: () => answerOf(api.GET('/v1/cases/{id}/documents', { params: { path: { id } } })),
  });
  const entries = useTimeline(id).data?.entries ?? [];
  const mayRead = useMay()('case.unmask') === true;
  const [opened, setOpened] = useState<OpenedDocument>();
  return (
    <Section title={say('documents')} note={say('documentsNote')}>
      <Asked question={documents}>
        {({ documents: rows }) =>
          rows.length === 0 ? (
            <Empty title={say('noDocuments')} />
          ) : (
            <Table label={say('documents')}>
              <thead>
                <tr>
                  <th scope="col">{say('document')}</th>
                  <th scope="col" className="number">
                    {say('pages')}
                  </th>
                  <th scope="col">{say('readAt')}</th>
                  <th scope="col">{say('signatures')}</th>
                  <th scope="col">SHA-256</th>
                  {mayRead ? <td /> : null}
                </tr>
              </thead>
              <tbody>
                {rows.map((row) => (
                  <tr key={row.id}>
                    <th scope="row">{row.title}</th>
                    <td className="number">{row.pages}</td>
                    <td>{row.readAt === null ? say('notRead') : minuteOf(row.readAt)}</td>
                    <td>
                      <Signatures row={row} entries={entries} />
                    </td>
                    <td>
                      <Digest text={row.sha256} />
                    </td>
                    {mayRead ? (
                      <td>
                        <Button
                          label={say('openNamed', { title: row.title })}
                          onPress={() => setOpened({ id: row.id, title: row.title })}
                        >
                          {say('openDocument')}
                        </Button>
                      </td>
                    ) : null}
                  </tr>
                ))}
              </tbody>
            </Table>
          )
        }
      </Asked>
      {opened === undefined ? null : (
        <DocumentText
          key={opened.id}
          caseId={id}
          document={opened}
          onClose={() => setOpened(undefined)}
        />
      )}
    </Section>
  );
}

function Signatures({
  row,
  entries,
}: {
  readonly row: Listed;
  readonly entries: readonly Entry[];
}) {
  const say = useWords(caseWords);
  if (row.signatures.length === 0) return <span className="note">{say('confirmedOnly')}</span>;
  return (
    <ul className="signatures">
      {row.signatures.map(({ field, revision }) => {
        const entry = entries.find(({ type, facts }) => {
          return type === 'seal.done' && facts['document'] === row.id && facts['field'] === field;
        });
        return (
          <li key={field}>
            <strong>{say(field === 'lender' ? 'lender' : 'borrower')}</strong>{' '}
            {revision === null ? (
              <span className="note">{say('notSigned')}</span>
            ) : (
              <>
                {signedAt(entry) ?? say('signed')}{' '}
                {entry === undefined ? null : <Level level={entry.level} />}
              </>
            )}
          </li>
        );
      })}
    </ul>
  );
}

/** When the time stamp says it was; the entry that recorded it bears the proof. */
function signedAt(entry: Entry | undefined): string | undefined {
  const at = entry?.facts['stampedAt'];
  return typeof at === 'string' ? secondOf(at) : undefined;
}
