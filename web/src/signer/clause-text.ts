/** The words of one clause among a document's paragraphs: from its heading to the next heading. */
const heading = /^第[一二三四五六七八九十百零\d]{1,4}条/;
const paragraphsMax = 40;

export function clauseText(paragraphs: readonly string[], title: string): readonly string[] {
  const bare = title.replace(heading, '').replace(/\s/g, '');
  const from = paragraphs.findIndex(
    (paragraph) => heading.test(paragraph) && paragraph.replace(/\s/g, '').includes(bare),
  );
  if (from < 0 || bare === '') return [];
  const to = paragraphs.findIndex((paragraph, at) => at > from && heading.test(paragraph));
  const end = to < 0 ? paragraphs.length : to;
  return paragraphs.slice(from + 1, Math.min(end, from + paragraphsMax));
}
