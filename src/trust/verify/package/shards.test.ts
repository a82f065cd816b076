/**
 * Packages of a case whose log crossed the border of a half-year: judged wholly by the key of the
 * log's first shard, and refused by name where anything at a border is not as the log left it.
 */
import { beforeAll, describe, expect, test } from 'vitest';

import { generateSoftKey, nodeEngine, softSigner } from '#adapters/engine';
import { pageEngine } from '#adapters/page-engine';
import { equal, fromUtf8, utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { type BundleFile, manifestOf, openZip, writeZip } from '#formats/bundle';
import { parseOpening, printClosing, printOpening } from '#formats/shard';
import { printVkey } from '#formats/tlog';
import { verify } from '../index.ts';
import { type SampleHouse, sampleHouse } from '../own/sample-trust.fixture.ts';
import { samplePackage } from './sample-package.fixture.ts';
import { type Crossing, firstTwin, shardPackage } from './sample-shards.fixture.ts';

let house: SampleHouse;

beforeAll(async () => {
  house = await sampleHouse({
    engine: nodeEngine,
    makeKey: (algorithm) => softSigner(generateSoftKey(algorithm)),
    now: parseInstant('2026-12-31T23:59:00.000+08:00'),
  });
});

async function judged(crossing: Crossing) {
  const { zip } = await shardPackage(house, crossing);
  return judgedZip(zip);
}

async function judgedZip(zip: Uint8Array, trust = house.trust) {
  const report = await verify({ name: 'p.zip', bytes: zip, trust }, nodeEngine);
  const places = report.flaws.map(({ code, part, detail }) => `${code} ${part} ${detail}`);
  return { ...report, places };
}

/** One file changed after everything was signed, under a manifest that fits. */
function changed(name: string, to: (bytes: Uint8Array) => Uint8Array): Crossing {
  return {
    files: (files) =>
      files.map((file) => (file.name === name ? { ...file, bytes: to(file.bytes) } : file)),
  };
}

function without(...names: readonly string[]): Crossing {
  return { files: (files) => files.filter(({ name }) => !names.includes(name)) };
}

function bytesIn(files: readonly BundleFile[], name: string): Uint8Array {
  return files.find((file) => file.name === name)?.bytes ?? utf8('');
}

const swapped = (a: string, b: string) => (bytes: Uint8Array) =>
  utf8(fromUtf8(bytes).replace(a, b));

describe('S2-86 a package over the border of a half-year', () => {
  test('is valid by the first key alone, wherever the border lies and however many there are', async () => {
    for (const borders of [[0], [4], [7], [2, 5], [3, 3, 3]]) {
      const { is, flaws, evidence } = await judged({ borders });
      expect([borders, is, flaws]).toEqual([borders, 'valid', []]);
      expect(evidence).toMatchObject({ level: 'L2', held: ['L0', 'L1', 'L2'], complete: true });
    }
  });

  test('is judged alike in a page', async () => {
    const { zip } = await shardPackage(house);
    const order = { name: 'p.zip', bytes: zip, trust: house.trust };
    expect(await verify(order, pageEngine)).toEqual(await verify(order, nodeEngine));
  });

  test('carries its twin over the border: the same two leaves stand in both trees', async () => {
    const twins = [0, 1].map(() => softSigner(generateSoftKey('sm2')));
    const [first] = twins;
    if (first === undefined) throw new Error('a key');
    const path = `twins/${house.tenant}.vkey`;
    const trust = new Map([...house.trust, [path, utf8(`${await firstTwin(house, first)}\n`)]]);
    const { zip } = await shardPackage(house, { twins });
    const { is, notices, places } = await judgedZip(zip, trust);
    expect([is, places]).toEqual(['valid', []]);
    expect(notices.map(({ code }) => code)).toContain('twin_holds');
    // Another SM3 history than the opening leaf names.
    const forged = await shardPackage(house, {
      twins,
      opening: (honest) => {
        const says = parseOpening(honest);
        const before = { ...says.before, twinRoot: new Uint8Array(32) };
        return printOpening({ ...says, before });
      },
    });
    expect((await judgedZip(forged.zip, trust)).places).toEqual([
      'twin_wrong shards/0001.open-sm3.tlog-proof other_head',
    ]);
  });

  test('its checkpoints must each have a quorum', async () => {
    const { is, places, evidence } = await judged({ votes: 2 });
    expect([is, evidence?.level]).toEqual(['invalid', 'L1']);
    expect(places).toEqual(['witness_quorum_missing shards/0001.close 2 of 3 needed']);
  });
});

describe('a forged border is refused by its name', () => {
  /** What was found where the border is what it is refused for; otherwise the verdict. */
  const refusal = async (crossing: Crossing): Promise<readonly string[]> => {
    const { is, because = '', places } = await judged(crossing);
    return is === 'invalid' && because === 'shard_wrong' ? places : [is, because];
  };

  test('the closing leaf altered, to name a thief’s key or another log', async () => {
    const thief = softSigner(generateSoftKey('ed25519'));
    expect(await refusal(changed('shards/0001.close', swapped('2027h1+', '2027h2+')))).toContain(
      'shard_wrong shards/0001.close leaf_malformed',
    );
    const { name: origin } = house.log.key;
    const stolen = printClosing({ origin, next: printVkey(house.log.key), nextTwin: undefined });
    expect(await refusal(changed('shards/0001.close', () => stolen))).toContain(
      'shard_wrong shards/0001.close not_in_log',
    );
    expect(await refusal({ thief })).toContain('shard_wrong shards/0001.open not_signed');
    expect(
      await refusal({ closing: (honest) => swapped(origin, 'log.other/x')(honest) }),
    ).toContain('shard_wrong shards/0001.close other_log');
  });

  test('the opening leaf naming another root, another size or another log', async () => {
    const naming = (change: object): Crossing => ({
      opening: (honest) => {
        const says = parseOpening(honest);
        return printOpening({ ...says, before: { ...says.before, ...change } });
      },
    });
    expect(await refusal(naming({ root: new Uint8Array(32) }))).toContain(
      'shard_wrong shards/0001.open other_head',
    );
    expect(await refusal(naming({ size: 2 }))).toContain('shard_wrong shards/0001.open other_head');
    expect(await refusal(naming({ origin: 'log.other/x' }))).toContain(
      'shard_wrong shards/0001.open other_log',
    );
    expect(await refusal({ opening: () => utf8('x') })).toContain(
      'shard_wrong shards/0001.open leaf_malformed',
    );
  });

  test('a second opening: a leaf that is not the first, or a tree beside the one of the proofs', async () => {
    const { files } = await shardPackage(house);
    const of = (name: string) => bytesIn(files, name);
    const proof = of('proofs/0005.tlog-proof');
    expect(
      await refusal({
        files: (made) =>
          made.map((file) => {
            if (file.name === 'shards/0001.open')
              return { ...file, bytes: of('entries/0005.json') };
            return file.name === 'shards/0001.open.tlog-proof' ? { ...file, bytes: proof } : file;
          }),
      }),
    ).toContain('shard_wrong shards/0001.open leaf_malformed');
    // An honest border of another run of the same log: signed, and not of these proofs.
    const { is, places } = await judged({
      files: (made) =>
        made.map((file) =>
          file.name.startsWith('shards/') ? { ...file, bytes: of(file.name) } : file,
        ),
    });
    expect(is).toBe('invalid');
    expect(places.some((place) => place.startsWith('shard_wrong shards/0001.'))).toBe(true);
  });

  test('records moved across the border, hidden at it, or the border itself left out', async () => {
    const moved = await judged({
      files: (made) =>
        made.map((file) =>
          file.name === 'proofs/0004.tlog-proof'
            ? { ...file, bytes: bytesIn(made, 'proofs/0003.tlog-proof') }
            : file,
        ),
    });
    expect(moved.is).toBe('invalid');
    expect(moved.places.some((place) => place.startsWith('proof_wrong proofs/0004'))).toBe(true);
    // The first entry behind the border is not shown: its successor names it.
    const hidden = await judged(without('entries/0004.json', 'proofs/0004.tlog-proof'));
    expect(hidden.places.map((place) => place.split(' ')[0])).toContain('entry_chain_broken');
    expect(await refusal(without('shards/0001.open.tlog-proof'))).toContain(
      'shard_wrong shards/0001.open.tlog-proof missing',
    );
    expect(await refusal(without('shards/0001.close'))).toContain(
      'shard_wrong shards/0001.close.tlog-proof stands at no border',
    );
    const bare = await judged({
      files: (made) => made.filter(({ name }) => !name.startsWith('shards/')),
    });
    expect([bare.is, bare.because]).toEqual(['invalid', 'checkpoint_unsigned']);
  });
});

describe('a form that is newer than the reader', () => {
  test('is indeterminate and says so; its container and its papers are judged all the same', async () => {
    const { zip } = await samplePackage(house);
    const { files } = openZip(zip);
    const newer = async (extra: readonly BundleFile[] = []) => {
      const held = [...files.filter(({ name }) => name !== 'manifest.json'), ...extra];
      const manifest = await manifestOf(
        { caseId: 'AAECAwQFBgcICQoLDA0ODw', files: held, form: 3 },
        nodeEngine,
      );
      return writeZip([...held, { name: 'manifest.json', bytes: manifest }]);
    };
    const unknown = { name: 'bridges/0001.bin', bytes: utf8('x') };
    const report = await judgedZip(await newer([unknown]));
    expect([report.is, report.because]).toEqual(['indeterminate', 'package_form_unknown']);
    expect(report.places).toEqual(['package_form_unknown manifest.json 3']);
    const altered = await newer([unknown]);
    const at = altered.length - 30;
    altered[at] = (altered[at] ?? 0) ^ 1;
    expect((await judgedZip(altered)).is).toBe('invalid');
  });

  test('what only says that it is newer than its files is not', async () => {
    const { zip } = await samplePackage(house);
    const { files } = openZip(zip);
    const held = files.filter(({ name }) => name !== 'manifest.json');
    const of = { caseId: 'AAECAwQFBgcICQoLDA0ODw', files: held };
    const manifest = await manifestOf({ ...of, form: 2 }, nodeEngine);
    expect(equal(manifest, await manifestOf(of, nodeEngine))).toBe(false);
    const { is, because } = await judgedZip(
      writeZip([...held, { name: 'manifest.json', bytes: manifest }]),
    );
    expect([is, because]).toEqual(['invalid', 'manifest_differs']);
  });
});
