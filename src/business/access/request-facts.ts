/**
 * What a door tells the access room about one HTTP request, and nothing of any framework.
 *
 * The door fills it from the bytes that arrived, before any parsing of the body: a signature is
 * over what was sent, not over what a parser made of it.
 */
export interface RequestFacts {
  /** As sent, upper case: `POST`. */
  readonly method: string;
  /** Absolute, with the query as it was sent: `https://bank.example/v1/cases?limit=5`. */
  readonly targetUri: string;
  /** The Host header, lower case, without the scheme's own port: `bank.example`. */
  readonly authority: string;
  /** Names in lower case; several lines of one name joined by `, ` in their order. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty when there is none. */
  readonly body: Uint8Array;
  /** Where the connection comes from, an IPv4 or IPv6 address; `socket` for the house's own. */
  readonly address: string;
}
