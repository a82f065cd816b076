import type { lookup } from 'node:dns';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { generateSoftKey, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { parseInstant } from '#base/clock';
import { contextConstructed, contextPrimitive, sequence } from '#formats/der';
import { buildCertificate, buildName } from '#formats/x509';
import { namedLists } from './named-lists.ts';
import { isPublicAddress } from './public-addresses.ts';

/** Three bytes that begin as a list does. */
const list = Uint8Array.of(0x30, 1, 0);
let server: Server;
let port: number;
let asked: string[];

beforeAll(async () => {
  server = createServer((question, answer) => {
    asked.push(question.url ?? '');
    if (question.url === '/moved') answer.writeHead(302, { location: '/list' }).end();
    else answer.end(list);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
});

/** Whatever name it is asked for, it leads there. */
const leadingTo = (...addresses: readonly string[]) =>
  ((_host: string, _options: object, done: (e: null, a: object) => void) => {
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    );
  }) as unknown as typeof lookup;

async function naming(...addresses: readonly string[]): Promise<Uint8Array> {
  const signer = softSigner(generateSoftKey('p256'));
  const name = buildName([['commonName', 'TEST']]);
  const points = addresses.map((address) =>
    sequence(contextConstructed(0, contextConstructed(0, contextPrimitive(6, utf8(address))))),
  );
  const oid = '2.5.29.31';
  const { der } = await buildCertificate(
    {
      serial: Uint8Array.of(7),
      issuer: name,
      subject: name,
      notBefore: parseInstant('2026-01-01T00:00:00.000+08:00'),
      notAfter: parseInstant('2027-01-01T00:00:00.000+08:00'),
      publicKey: signer.publicKey,
      extensions: [{ oid, critical: false, value: sequence(...points) }],
    },
    signer,
  );
  return der;
}

test('a document leads nobody to this computer: not by number, not by name, not by a part of it', async () => {
  const numbers = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0', '[::1]', '10.0.0.1'];
  const mapped = ['[::ffff:127.0.0.1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[fe80::1]'];
  const named = ['localhost', 'lists.example', 'lists.example.'];
  const all = [...numbers, ...mapped, ...named].map((host) => `http://${host}:${port}/list`);
  for (const address of all) {
    const found = [await naming(address)];
    const to = leadingTo('93.184.216.34', '127.0.0.1');
    const answer = await namedLists({ given: [], found }, 'public', to);
    expect(answer, address).toEqual({ lists: [], withheld: [address] });
  }
  expect(asked).toEqual([]);
});

test('what is connected to is what was looked at: the second answer to a name is never asked for', async () => {
  let times = 0;
  const turning = ((host: string, options: object, done: never) => {
    times += 1;
    const to = times === 1 ? '192.0.2.1' : '127.0.0.1';
    return Reflect.apply(leadingTo(to), undefined, [host, options, done]);
  }) as unknown as typeof lookup;
  const found = [await naming(`http://lists.example:${port}/list`)];
  expect((await namedLists({ given: [], found }, 'public', turning)).lists).toEqual([]);
  expect([times, asked]).toEqual([1, []]);
});

test('whoever says so asks inside, and for certificates of his own needs not say it', async () => {
  const address = `http://127.0.0.1:${port}/list`;
  const both = await naming(address, `http://127.0.0.1:${port}/moved`, 'ftp://127.0.0.1/list');
  const found = await namedLists({ given: [], found: [both] }, 'any');
  expect(found).toEqual({ lists: [Buffer.from(list)], withheld: [] });
  // An address that moves is not followed.
  expect(asked.toSorted()).toEqual(['/list', '/moved']);
  const given = await namedLists({ given: [await naming(address)], found: [both] }, 'public');
  expect(given.lists).toHaveLength(1);
  expect(given.withheld).toEqual([`http://127.0.0.1:${port}/moved`]);
  asked = [];
  const none = await namedLists({ given: [], found: [both] }, 'none');
  expect([none.withheld.length, asked]).toEqual([2, []]);
});

test('the public network is what no registry keeps for something else', () => {
  const open = ['93.184.216.34', '223.5.5.5', '2606:2800:220:1::1', '2400:3200::1', '172.32.0.1'];
  const four =
    '0.0.0.0 10.1.2.3 100.64.0.1 127.9.9.9 169.254.169.254 172.31.255.255 192.168.1.1 198.19.0.1';
  const six =
    ':: ::1 ::ffff:8.8.8.8 64:ff9b::808:808 fc00::1 fe80::1 fec0::1 ff02::1 100::1 2001::1';
  const rest = '224.0.0.1 255.255.255.255 localhost 2001:db8::1 2002:7f00:1:: 3fff::1';
  const closed = ['', ...`${four} ${six} ${rest}`.split(' ')];
  expect(open.filter((address) => !isPublicAddress(address))).toEqual([]);
  expect(closed.filter(isPublicAddress)).toEqual([]);
});
