import { BindingNote } from './binding-note.tsx';

export interface ProseProps {
  /** The text as it is decided by: its words are shown unchanged, only set. */
  readonly text: string;
  /** Stands as the screen's heading already. */
  readonly title?: string;
}

const label = /^([^：。（]{2,8})：(.+)$/s;
const heading = /^\d+\. /;

/** A long text as paragraphs: a line that is a heading is one, a leading label is set apart. */
export function Prose({ text, title }: ProseProps) {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && line !== title);
  return (
    <div className="text" lang="zh-CN">
      <BindingNote />
      {lines.map((line, at) => {
        const key = `${at}`;
        if (heading.test(line)) return <h2 key={key}>{line}</h2>;
        const [, name, rest] = label.exec(line) ?? [];
        if (name === undefined) return <p key={key}>{line}</p>;
        return (
          <p key={key}>
            <strong>{name}：</strong>
            {rest}
          </p>
        );
      })}
    </div>
  );
}
