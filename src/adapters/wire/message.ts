/**
 * What travels between two processes: a request, the reply to it, and the answer as it arrives.
 */
export interface Request {
  readonly method: string;
  /** With its query, as it came: `/cases?after=7`. */
  readonly path: string;
  /** Names in lower case; a repeated header is joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export type Handler = (request: Request) => Promise<Reply>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}
