/**
 * Talks to OpenID providers: discovery, the way there, and the exchange of the code
 * (openid-client).
 *
 * The library checks issuer (RFC 9207, OIDC Core 3.1.3.7), audience, nonce, state, PKCE and times;
 * the ID token's signature is checked too, although TLS would do (OIDC Core 3.1.3.7 6), for what a
 * session rests on should not rest on a connection. What failed is not told: only that it did, and
 * whether asking again may help. A tenant's manager names the address; its answer is shown to
 * nobody.
 */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  None,
} from 'openid-client';
import { Fault } from '#base/fault';
import type { IdentityProviders, SsoClaims, SsoClient, SsoSecrets } from '#business/access';

const answerSecondsMax = 10;
const methodsMax = 16;
const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Institutions' own OpenID providers, asked over HTTPS. */
export class OidcProviders implements IdentityProviders {
  readonly #allowLoopback: boolean;

  /** `allowLoopback` lets an issuer on this computer speak plain HTTP; only for tests and demos. */
  constructor(parts: { readonly allowLoopback: boolean }) {
    this.#allowLoopback = parts.allowLoopback;
  }

  async authorizationUrl(client: SsoClient, secrets: SsoSecrets): Promise<string> {
    const { state, nonce, verifier } = secrets;
    return told(async () => {
      const config = await this.#discover(client);
      const url = buildAuthorizationUrl(config, {
        redirect_uri: client.redirectUri,
        scope: 'openid profile',
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
      return url.href;
    });
  }

  async claims(client: SsoClient, secrets: SsoSecrets, query: string): Promise<SsoClaims> {
    return told(async () => {
      const config = await this.#discover(client);
      const returned = new URL(client.redirectUri);
      returned.search = query;
      const tokens = await authorizationCodeGrant(config, returned, {
        expectedState: secrets.state,
        expectedNonce: secrets.nonce,
        pkceCodeVerifier: secrets.verifier,
        idTokenExpected: true,
      });
      const claims: Readonly<Record<string, unknown>> = tokens.claims() ?? {};
      const login = claims[client.loginClaim];
      const methods = [claims['acr'], claims['amr']].flat().slice(0, methodsMax);
      return {
        login: typeof login === 'string' ? login : undefined,
        methods: methods.filter((method): method is string => typeof method === 'string'),
      };
    });
  }

  async #discover(client: SsoClient): Promise<Configuration> {
    const server = this.#requireSafe(client.issuer);
    const secret = client.secret;
    const config = await discovery(
      server,
      client.clientId,
      undefined,
      secret === undefined ? None() : ClientSecretBasic(secret),
      {
        timeout: answerSecondsMax,
        execute: server.protocol === 'http:' ? [allowInsecureRequests] : [],
      },
    );
    enableNonRepudiationChecks(config);
    return config;
  }

  #requireSafe(issuer: string): URL {
    const url = URL.canParse(issuer) ? new URL(issuer) : undefined;
    const isLocal = url?.protocol === 'http:' && loopback.has(url.hostname) && this.#allowLoopback;
    if (url === undefined || (url.protocol !== 'https:' && !isLocal)) {
      throw new Fault('access.issuer_malformed', { at: 'issuer' });
    }
    return url;
  }
}

/** Silence may pass; everything else the library objects to is a refusal. */
async function told<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    if (cause instanceof Fault) throw cause;
    const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
    const isSilent = code === 'OAUTH_TIMEOUT' || isSilence(cause);
    if (isSilent) throw new Fault('access.sso_unreachable', {}, { cause, retryable: true });
    throw new Fault('access.sso_refused', { why: 'issuer' }, { cause });
  }
}

/** What fetch throws when nobody answers. */
function isSilence(thrown: unknown): boolean {
  return thrown instanceof TypeError && thrown.message === 'fetch failed';
}
