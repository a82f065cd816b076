/**
 * The base revision as this page has it: fetched once, its digest confirmed, handed to the reader
 * and later to the signature (law 2). Bytes that are not the listed ones are shown to nobody.
 */
import type { CaseDocument } from '../api/answers.ts';
import type { Line } from '../api/line.ts';
import { Refusal } from '../api/refusal.ts';
import type { Held } from './ceremony.ts';

const kept = new Map<string, Promise<Held>>();

export function fetchShown(line: Line, listed: CaseDocument): Promise<Held> {
  const before = kept.get(listed.id);
  if (before !== undefined) return before;
  const fetching = fetchOnce(line, listed);
  kept.set(listed.id, fetching);
  fetching.catch(() => kept.delete(listed.id));
  return fetching;
}

async function fetchOnce(line: Line, listed: CaseDocument): Promise<Held> {
  const { id, title } = listed;
  const bytes = await line.bytes(`/v1/contracts/${id}/revisions/0`);
  const sha256 = await sha256Hex(bytes);
  if (sha256 !== listed.sha256) {
    throw new Refusal({
      code: 'page.digest_differs',
      words: {
        zh: '收到的文件与登记的摘要不一致，页面不予显示。请稍后再试，或联系机构工作人员。',
        en: 'The file received is not the registered one, so it is not shown. Try again or call the institution.',
      },
    });
  }
  return { id, title, bytes, sha256 };
}

export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
