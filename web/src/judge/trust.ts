/**
 * Whom this page believes: the institution's trust folder as the page came with it, or what the
 * reader brought along. A judge takes it from whom he trusts, and the page says which it used.
 */
import { trustFacts, unpack } from './ask.ts';
import type { TrustFacts, TrustMaterial } from './messages.ts';

export type TrustSource = 'house' | 'inside' | 'own' | 'none';

/** Trust material, where it came from, and whom it names. */
export interface Trust {
  readonly source: TrustSource;
  readonly material: TrustMaterial;
  readonly facts: TrustFacts;
}

const nobody: TrustFacts = { authorities: [], stampers: [], logs: [], witnesses: [] };
export const noTrust: Trust = { source: 'none', material: [], facts: nobody };

/** Inside the one file that is kept on disk, else from the house that served the page. */
export async function shippedTrust(): Promise<Trust> {
  const inside = document.getElementById('fubie-trust')?.textContent ?? '';
  if (inside.startsWith('{')) return trustOf('inside', materialIn(JSON.parse(inside)));
  if (location.protocol === 'file:') return noTrust;
  const answer = await fetch('/v1/trust');
  return answer.ok ? trustOf('house', materialIn(await answer.json())) : noTrust;
}

/** A folder, single files or one ZIP, as a reader chose them. */
export async function ownTrust(files: readonly File[]): Promise<Trust> {
  const found: (readonly [string, Uint8Array])[] = [];
  for (const file of files) {
    const bytes = new Uint8Array(await file.arrayBuffer());
    const path = file.webkitRelativePath === '' ? file.name : file.webkitRelativePath;
    if (path.endsWith('.zip')) found.push(...(await unpack(bytes)));
    else found.push([path, bytes]);
  }
  return trustOf('own', withoutOutermost(found));
}

async function trustOf(source: TrustSource, material: TrustMaterial): Promise<Trust> {
  if (material.length === 0) return noTrust;
  return { source, material, facts: await trustFacts(material) };
}

/** `trust/ca.pem` and `ca.pem` mean the same file: a folder is chosen with its own name before. */
function withoutOutermost(files: TrustMaterial): TrustMaterial {
  const first = files[0]?.[0].split('/')[0];
  const isInside = files.every(([path]) => path.includes('/') && path.split('/')[0] === first);
  const known = ['logs', 'witnesses', 'gateways'];
  if (!isInside || first === undefined || known.includes(first)) return files;
  return files.map(([path, bytes]) => [path.slice(first.length + 1), bytes] as const);
}

/** `{ files: { "ca.pem": base64 } }`; anything else is no trust. */
function materialIn(told: unknown): TrustMaterial {
  const files = typeof told === 'object' && told !== null && 'files' in told ? told.files : {};
  return Object.entries(files ?? {}).flatMap(([path, text]) =>
    typeof text === 'string' ? [[path, bytesOf(text)] as const] : [],
  );
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
}
