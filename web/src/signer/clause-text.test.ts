import { expect, test } from 'vitest';
import { clauseText } from './clause-text.ts';

test('a clause is the words between its heading and the next one, or nothing', () => {
  const paragraphs = [
    '借款合同',
    '第一条　借款金额',
    '5,000 元。',
    '第二条 利率',
    '年 23.4%。',
    '单利。',
  ];
  expect(clauseText(paragraphs, '利率')).toEqual(['年 23.4%。', '单利。']);
  expect(clauseText(paragraphs, '第一条 借款金额')).toEqual(['5,000 元。']);
  expect(clauseText(paragraphs, '违约')).toEqual([]);
});
