import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';
import { parseWitnessReply, printWitnessReply, type WitnessReply } from './reply.ts';
import { parseWitnessRequest, printWitnessRequest } from './request.ts';
import { parseWitnessedHead, printWitnessedHead } from './witnessed-head.ts';

const hash = fc.uint8Array({ minLength: 32, maxLength: 32 });
const size = fc.nat();

test('requests and kept heads print and parse back to the same', () => {
  const request = fc.record({
    oldSize: size,
    proof: fc.array(hash, { maxLength: 63 }),
    checkpoint: fc.constant('log.test\n1\nAAAA\n\n— log.test AAAA\n'),
  });
  fc.assert(
    fc.property(request, (one) => {
      expect(parseWitnessRequest(printWitnessRequest(one))).toEqual(one);
    }),
  );
  const head = fc.record({
    origin: fc.constantFrom('log.test', 'example.com/log'),
    size,
    root: hash,
    oldSize: size,
    proof: fc.array(hash, { maxLength: 5 }),
    atSeconds: size,
  });
  fc.assert(
    fc.property(head, (one) => {
      expect(parseWitnessedHead(printWitnessedHead(one))).toEqual(one);
    }),
  );
});

test('each answer has its own status and is understood again', () => {
  const signatures = [
    { name: 'court', keyId: Uint8Array.of(1, 2, 3, 4), signature: new Uint8Array(72) },
  ];
  const replies: WitnessReply[] = [
    { is: 'cosigned', signatures },
    { is: 'conflict', size: 17 },
    { is: 'refused', because: 'malformed' },
    { is: 'refused', because: 'untrusted' },
    { is: 'refused', because: 'unknown_origin' },
    { is: 'refused', because: 'inconsistent' },
  ];
  const carried = replies.map(printWitnessReply);
  expect(carried.map(({ status }) => status)).toEqual([200, 409, 400, 403, 404, 422]);
  expect(carried.map(parseWitnessReply)).toEqual(replies);
});

test('more than 63 proof lines, other statuses and random text are refused with a Fault', () => {
  const tooLong = {
    oldSize: 1,
    proof: Array.from({ length: 64 }, () => new Uint8Array(32)),
    checkpoint: 'x',
  };
  expect(() => parseWitnessRequest(printWitnessRequest(tooLong))).toThrow(Fault);
  expect(() => parseWitnessReply({ status: 500, body: utf8('') })).toThrow(Fault);
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => parseWitnessRequest(text)).toThrow(Fault);
      expect(() => parseWitnessedHead(utf8(text))).toThrow(Fault);
      expect(() => parseWitnessReply({ status: 409, body: utf8(`${text}x`) })).toThrow(Fault);
    }),
  );
});
