/** No true time, no use of the key. */
import { expect, test } from 'vitest';
import { generateSoftKey, softSigner } from '#adapters/engine';
import { utf8 } from '#base/bytes';
import { instantFromMs } from '#base/clock';
import { Fault, faultCode } from '#base/fault';
import { probed, type Stamper } from './index.ts';

const message = utf8('signed attributes');
const soft = softSigner(generateSoftKey('p256'));

function watched(answer: () => ReturnType<Stamper['stamp']>) {
  const happened: string[] = [];
  const signer = {
    ...soft,
    sign: (bytes: Uint8Array) => {
      happened.push('key');
      return soft.sign(bytes);
    },
  };
  const stamps: Stamper = {
    stamp: () => {
      happened.push('probe');
      return answer();
    },
  };
  return { happened, key: probed(signer, stamps) };
}

test.each(['timestamp.unavailable', 'timestamp.answer_wrong'])(
  'a clock that is dead or lies (%s) is found out before the key is used',
  async (code) => {
    const { happened, key } = watched(() => Promise.reject(new Fault(code)));
    expect(await key.sign(message).catch(faultCode)).toBe(code);
    expect(happened).toEqual(['probe']);
  },
);

test('where time is to be had, the key signs behind the probe', async () => {
  const { happened, key } = watched(() =>
    Promise.resolve({ der: new Uint8Array(), time: instantFromMs(0) }),
  );
  expect((await key.sign(message)).length).toBeGreaterThan(0);
  expect(happened).toEqual(['probe', 'key']);
});
