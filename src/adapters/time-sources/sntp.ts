/**
 * One question to a server of time (SNTP, RFC 4330; NTP version 4, RFC 5905 §7.3): how far is our
 * clock from its?
 *
 * The answer is not signed: whoever sits on the line may lie. It is measured and stated, never set:
 * a clock that strangers could turn would be no witness.
 */
import { createSocket } from 'node:dgram';
import { equal, fromUtf8 } from '#base/bytes';
import type { Json } from '#base/canonical';
import type { Clock } from '#base/clock';
import { Fault } from '#base/fault';
import type { Random } from '#base/random';

const packetBytes = 48;
const clientVersion4 = 0x23;
const serverMode = 4;
const unsynchronised = 3;
const stratumMax = 15;
const answerMsMax = 2_000;
const delayMsMax = 1_000;
const serversMax = 8;
const portDefault = 123;
/** Seconds from 1900, where NTP begins, to 1970; eras of 2^32 seconds (RFC 5905 §6). */
const ntpToUnixSeconds = 2_208_988_800;
const eraSeconds = 2 ** 32;
const pivotSeconds = 2 ** 31;
const hostPattern = /^[0-9A-Za-z.:-]{1,60}$/;

/** A server by the name that evidence bears. */
export interface TimeServer {
  readonly name: string;
  readonly host: string;
  readonly port: number;
}

/** How far the server's clock is ahead of ours, in milliseconds, and how long the way took. */
export interface Measured {
  readonly server: TimeServer;
  readonly offsetMs: number;
  readonly delayMs: number;
  readonly stratum: number;
}

/** Refuses with time_sources.silent, and with answer_wrong what is no answer to this question. */
export async function askTimeServer(
  server: TimeServer,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<Measured> {
  const question = new Uint8Array(packetBytes);
  question[0] = clientVersion4;
  // A nonce where others send their time: it says nothing of us, and only who saw it can echo it.
  const nonce = random.bytes(8);
  question.set(nonce, 40);
  const sentAt = clock.now();
  const answer = await exchange(server, question);
  const heardAt = clock.now();
  const { receivedMs, answeredMs, stratum } = read(answer, nonce);
  const offsetMs = (receivedMs - sentAt + (answeredMs - heardAt)) / 2;
  const delayMs = heardAt - sentAt - (answeredMs - receivedMs);
  if (delayMs < -1 || delayMs > delayMsMax) throw wrong('delay');
  return {
    server,
    offsetMs: Math.round(offsetMs),
    delayMs: Math.max(0, Math.round(delayMs)),
    stratum,
  };
}

function exchange({ host, port }: TimeServer, question: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(host.includes(':') ? 'udp6' : 'udp4');
    let isOver = false;
    const end = (done: () => void): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      socket.close();
      done();
    };
    const silent = (cause?: unknown): void =>
      end(() => reject(new Fault('time_sources.silent', {}, { cause, retryable: true })));
    const timer = setTimeout(silent, answerMsMax);
    socket.on('error', silent);
    socket.once('message', (answer) => end(() => resolve(new Uint8Array(answer))));
    // Connected, so that nobody else's packets are taken for the server's.
    socket.once('connect', () => {
      if (!isOver) socket.send(question);
    });
    socket.connect(port, host);
  });
}

function read(answer: Uint8Array, nonce: Uint8Array) {
  if (answer.length < packetBytes) throw wrong('length');
  const [first = 0, stratum = 0] = answer;
  if ((first & 7) !== serverMode) throw wrong('mode');
  if (first >> 6 === unsynchronised) throw wrong('not synchronised');
  // Stratum 0 is a kiss of death: the server wants to be left alone.
  if (stratum === 0 || stratum > stratumMax) throw wrong('stratum');
  if (!equal(answer.subarray(24, 32), nonce)) throw wrong('nonce');
  const view = new DataView(answer.buffer, answer.byteOffset, answer.byteLength);
  return { receivedMs: millisecondsAt(view, 32), answeredMs: millisecondsAt(view, 40), stratum };
}

function millisecondsAt(view: DataView, at: number): number {
  const seconds = view.getUint32(at);
  const era = seconds < pivotSeconds ? eraSeconds : 0;
  const fraction = view.getUint32(at + 4) / eraSeconds;
  return (seconds + era - ntpToUnixSeconds + fraction) * 1_000;
}

/** `{"servers":[{"host":"ntp.ntsc.ac.cn","name":"NTSC"}],"v":1}`, canonical JSON. */
export function parseTimeServers(bytes: Uint8Array): readonly TimeServer[] {
  const members = membersOf(written(bytes));
  const listed = members.get('servers');
  if (members.get('v') !== 1 || !Array.isArray(listed)) throw malformed();
  if (listed.length === 0 || listed.length > serversMax) throw malformed();
  return listed.map((one: Json) => {
    const said = membersOf(one);
    const [name, host, port = portDefault] = ['name', 'host', 'port'].map((key) => said.get(key));
    if (typeof name !== 'string' || !/^[0-9A-Za-z-]{1,20}$/.test(name)) throw malformed();
    if (typeof host !== 'string' || !hostPattern.test(host)) throw malformed();
    if (typeof port !== 'number' || !Number.isSafeInteger(port) || port < 1 || port > 65_535) {
      throw malformed();
    }
    return { name, host, port };
  });
}

/** A person wrote it: in any order of members, with the line's end that editors put behind. */
function written(bytes: Uint8Array): Json {
  try {
    return JSON.parse(fromUtf8(bytes)) as Json;
  } catch {
    throw malformed();
  }
}

function membersOf(value: Json): ReadonlyMap<string, Json> {
  return new Map(Object.entries<Json>(Object(value)));
}

function wrong(why: string): Fault {
  return new Fault('time_sources.answer_wrong', { why });
}

function malformed(): Fault {
  return new Fault('time_sources.file_malformed');
}
