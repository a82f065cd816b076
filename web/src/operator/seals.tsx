import { Link } from 'react-router';
import { useWords } from '../ui/language.tsx';
import { Table } from '../ui/table.tsx';
import { Asked, Empty, NotPermitted } from './asked.tsx';
import { useMay } from './rules.ts';
import { SealKinds, SealMark, SealUntil } from './seal-facts.tsx';
import { SealPicture } from './seal-picture.tsx';
import { type Seal, useSeals } from './seals-of.ts';
import { minuteOf } from './shown.ts';
import { Title } from './title.tsx';
import { sealWords } from './words/seals.ts';

/** Every seal of the institution, with where it stands (国发〔1999〕25号). */
export function SealsPage() {
  const say = useWords(sealWords);
  const may = useMay()('seal.manage');
  return (
    <>
      <Title text={say('title')}>
        {may === true ? (
          <Link className="button" to="/seals/apply">
            {say('apply')}
          </Link>
        ) : null}
        <p className="note">{say('note')}</p>
      </Title>
      {may === false ? <NotPermitted /> : <Book />}
    </>
  );
}

function Book() {
  const say = useWords(sealWords);
  return (
    <Asked question={useSeals()}>
      {(seals) =>
        seals.length === 0 ? (
          <Empty title={say('none')} note={say('noneNote')} />
        ) : (
          <Table label={say('title')}>
            <thead>
              <tr>
                <th scope="col">{say('seal')}</th>
                <th scope="col">{say('picture')}</th>
                <th scope="col">{say('standing')}</th>
                <th scope="col">{say('documents')}</th>
                <th scope="col">{say('until')}</th>
                <th scope="col">{say('lastStep')}</th>
              </tr>
            </thead>
            <tbody>
              {seals.map((seal) => (
                <Row key={seal.id} seal={seal} />
              ))}
            </tbody>
          </Table>
        )
      }
    </Asked>
  );
}

function Row({ seal }: { readonly seal: Seal }) {
  const say = useWords(sealWords);
  const last = seal.steps.at(-1);
  return (
    <tr>
      <th scope="row" className="exact">
        <Link to={`/seals/${seal.id}`}>{seal.id}</Link>
      </th>
      <td>
        <SealPicture id={seal.id} picture={seal.picture} />
      </td>
      <td>
        <SealMark standing={seal.standing} />
      </td>
      <td className="free">
        <SealKinds documents={seal.documents} />
      </td>
      <td>
        <SealUntil seal={seal} />
      </td>
      <td>
        {last === undefined ? say('installed') : `${say(`act.${last.act}`)} ${minuteOf(last.at)}`}
      </td>
    </tr>
  );
}
