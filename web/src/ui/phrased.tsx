import { Fragment, type ReactNode } from 'react';

/** Chinese has no spaces: where its words end is asked of the browser, once. */
const segmenter =
  typeof Intl.Segmenter === 'function'
    ? new Intl.Segmenter('zh', { granularity: 'word' })
    : undefined;

/** Nothing ends a line behind these, nor stands before the first word. */
const opens = /(^|[（《“「])$/;

/** A heading that breaks between its words and never inside one; what is read and copied stays. */
export function phrased(text: string): ReactNode {
  if (segmenter === undefined || !/\p{Script=Han}/u.test(text)) return text;
  return [...segmenter.segment(text)].map(({ segment, index, isWordLike }) => (
    <Fragment key={index}>
      {isWordLike === true && !opens.test(text.slice(0, index)) ? <wbr /> : null}
      {segment}
    </Fragment>
  ));
}
