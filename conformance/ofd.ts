/**
 * OFD and its seals before ofdrw, both ways: what it signs in each shape it knows we judge, whole
 * and with a page changed, and it judges the use of a seal that we made (GB/T 38540-2020).
 */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { concat, utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { judgeOfd } from '#formats/ofd';
import { makeSeal, useSeal } from '#formats/ses';
import { buildCertificate, buildName } from '#formats/x509';
import { openArchive, writeArchive } from '#formats/zip';
import { bringJava, isMissing } from './brought-judges.ts';
import type { Row } from './judges.ts';
import { ask } from './tools-of-others.ts';

const judge = 'ofdrw';
const dayMs = 86_400_000;
const page = /Page_0\/Content\.xml$/;

export async function judgeOfds(scratch: string): Promise<Row[]> {
  const brought = bringJava('sealed');
  if (isMissing(brought)) {
    return [{ judge, about: 'OFD and seals', verdict: 'skipped', detail: brought.missing }];
  }
  const folder = join(scratch, 'ofd');
  mkdirSync(folder, { recursive: true });
  // It states times without their zone, as the computer has it; ours takes them for China's.
  const java = ['-Duser.timezone=Asia/Shanghai', '-cp', brought.classPath, 'OfdrwJudge'];
  return [await ours(folder, java), await theirs(folder, java)];
}

async function ours(folder: string, java: readonly string[]): Promise<Row> {
  const about = 'the use of our seal';
  const data = utf8('<ofd:Signature/>');
  const [value, content] = [join(folder, 'value'), join(folder, 'data')];
  writeFileSync(value, await usedSeal(data));
  writeFileSync(content, data);
  const said = ask('java', [...java, 'judge', value, content])
    .text.trim()
    .split('\n');
  const isRight = said.includes('valid') && said.includes('bent refused');
  return { judge, about, verdict: isRight ? 'accepted' : 'refused', detail: said.join(', ') };
}

async function usedSeal(data: Uint8Array): Promise<Uint8Array> {
  const [maker, sealer] = await Promise.all(['TEST maker', 'TEST sealer'].map(keyOf));
  if (maker === undefined || sealer === undefined) throw new Error('two keys');
  const draft = {
    vendor: 'TEST',
    id: 'TEST-7',
    name: '测试合同专用章',
    type: 1,
    holders: [sealer.certificate],
    createdAt: daysOn(-3),
    validFrom: daysOn(-2),
    validUntil: daysOn(30),
    picture: { format: 'svg', bytes: utf8('<svg/>'), width: 40, height: 40 },
  };
  const seal = await makeSeal(draft, maker);
  const use = { seal, data, property: '/Doc_0/Signs/Sign_0/Signature.xml', time: daysOn(0) };
  return useSeal(use, sealer, { engine: nodeEngine });
}

async function keyOf(commonName: string) {
  const signer = softSigner(generateSoftKey('sm2'));
  const name = buildName([['commonName', commonName]]);
  const draft = {
    serial: Uint8Array.of(7),
    issuer: name,
    subject: name,
    notBefore: daysOn(-9),
    notAfter: daysOn(90),
    publicKey: signer.publicKey,
    extensions: [],
  };
  return { signer, certificate: (await buildCertificate(draft, signer)).der };
}

const daysOn = (days: number) => instantFromMs(Date.now() + days * dayMs);

async function theirs(folder: string, java: readonly string[]): Promise<Row> {
  const { text } = ask('java', [...java, 'make', folder]);
  const names = readdirSync(folder).filter((name) => name.endsWith('.ofd'));
  const made = Number(/made (\d+)/.exec(text)?.[1] ?? -1);
  const wrong: string[] = [];
  for (const name of names) {
    const bytes = new Uint8Array(readFileSync(join(folder, name)));
    const certificates = [new Uint8Array(readFileSync(join(folder, 'first.der')))];
    const whole = await seriousIn(bytes, certificates);
    const changed = await seriousIn(await withChangedPage(bytes), certificates);
    if (whole.length > 0) wrong.push(`${name}: ${whole.join(' ')}`);
    if (!changed.includes('reference_differs')) wrong.push(`${name}: a changed page`);
  }
  const isRight = made > 0 && names.length === made && wrong.length === 0;
  const detail = isRight ? `${made} of ${made}` : `${wrong.join('; ')} ${text.slice(-300)}`;
  const about = 'OFDs of its own, to us';
  return { judge, about, verdict: isRight ? 'accepted' : 'refused', detail };
}

async function seriousIn(bytes: Uint8Array, certificates: readonly Uint8Array[]) {
  const { signatures, findings } = await judgeOfd(bytes, { engine: nodeEngine, certificates });
  return [...findings, ...signatures.flatMap((one) => one.findings)]
    .filter(({ weight }) => weight !== 'warning')
    .map(({ code }) => code);
}

async function withChangedPage(bytes: Uint8Array): Promise<Uint8Array> {
  const { files } = await openArchive(bytes, nodeEngine);
  return writeArchive(
    files.map(({ name, bytes: content }) => ({
      name,
      bytes: page.test(name) ? concat(content, utf8(' ')) : content,
    })),
  );
}
