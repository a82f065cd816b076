/**
 * What the phone keeps for ever: its keys' receipts and what it signed, in a folder of its own.
 *
 * A receipt of the certification authority names the key that was born here. Years later it shows
 * that a certificate for another key was not hers (`issued_to_another_key`).
 */
export interface Pocket {
  /** Writes once; the same name again with the same bytes is no error. Durable once it resolves. */
  keep(name: string, bytes: Uint8Array): Promise<void>;
}

export interface Handset {
  readonly phone: string;
  /** The newest message of the SMS gateway for an intent, as a person would read it. */
  message(intent: string): Promise<string | undefined>;
}
