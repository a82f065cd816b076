/**
 * The verifier PostgreSQL stores for a password (RFC 5803, RFC 7677), computed on our side, so that
 * no password stands in a statement, a log or pg_stat_activity.
 */
import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

import type { Random } from '#base/random';

const iterations = 4096;
const saltBytes = 16;

/** Passwords are ASCII by our own making, so RFC 4013 string preparation changes nothing. */
export function scramVerifier(password: string, random: Random): string {
  const salt = random.bytes(saltBytes);
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  const storedKey = createHash('sha256').update(clientKey).digest('base64');
  const serverKey = createHmac('sha256', salted).update('Server Key').digest('base64');
  const saltText = Buffer.from(salt).toString('base64');
  return `SCRAM-SHA-256$${iterations}:${saltText}$${storedKey}:${serverKey}`;
}
