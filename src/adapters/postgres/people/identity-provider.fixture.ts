/**
 * A real OpenID provider (oidc-provider) on loopback, and a browser that follows it with its
 * cookies.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Configuration, Provider } from 'oidc-provider';

/** Who logs in at the provider, and how he proved himself there. */
export interface ProviderLogin {
  readonly login: string;
  readonly acr?: string;
  readonly amr?: readonly string[];
}

const loginMsMax = 5_000;
const redirectsMax = 12;

export class IdentityProvider {
  readonly issuer: string;
  /** Who the person at the provider is; set before the browser goes there. */
  person: ProviderLogin = { login: 'nobody' };
  readonly #server: Server;

  private constructor(issuer: string, server: Server) {
    this.issuer = issuer;
    this.#server = server;
  }

  static async open(redirectUri: string): Promise<IdentityProvider> {
    const server = createServer();
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const opened = new IdentityProvider(issuer, server);
    const provider = new Provider(issuer, configuration(opened, redirectUri));
    provider.use(async (ctx, next) => {
      if (!ctx.path.startsWith('/interaction/')) return next();
      const { login, acr, amr } = opened.person;
      ctx.respond = false;
      const proof = { ...(acr === undefined ? {} : { acr }), ...(amr ? { amr: [...amr] } : {}) };
      await provider.interactionFinished(ctx.req, ctx.res, {
        login: { accountId: login, ...proof },
      });
    });
    const answer = provider.callback();
    server.on('request', (request, reply) => void answer(request, reply));
    return opened;
  }

  /** Goes where the house sends the browser and answers the query it comes back with. */
  async visit(goTo: string, redirectUri: string): Promise<string> {
    const cookies = new Map<string, string>();
    let url = goTo;
    for (let step = 0; step < redirectsMax; step += 1) {
      const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const signal = AbortSignal.timeout(loginMsMax);
      const answer = await fetch(url, { redirect: 'manual', headers: { cookie }, signal });
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';');
        const at = pair.indexOf('=');
        cookies.set(pair.slice(0, at), pair.slice(at + 1));
      }
      const next = answer.headers.get('location');
      if (next === null) throw new Error(`${answer.status} ${await answer.text()}`);
      url = new URL(next, url).href;
      if (url.startsWith(`${redirectUri}?`)) return url.slice(redirectUri.length + 1);
    }
    throw new Error('too many redirects');
  }

  close(): Promise<unknown> {
    this.#server.closeAllConnections();
    return new Promise((done) => this.#server.close(done));
  }
}

function configuration(opened: IdentityProvider, redirectUri: string): Configuration {
  return {
    clients: [
      {
        client_id: 'fubie',
        client_secret: 'a secret of this test and of nothing else',
        redirect_uris: [redirectUri],
      },
    ],
    claims: { openid: ['sub', 'acr', 'amr'], profile: ['preferred_username'] },
    conformIdTokenClaims: false,
    acrValues: ['mfa'],
    cookies: { keys: ['test'] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: async () => ({ sub: id, preferred_username: opened.person.login }),
    }),
    async loadExistingGrant(ctx) {
      const { client, session } = ctx.oidc;
      const accountId = session?.accountId;
      if (client === undefined || accountId === undefined) return undefined;
      const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  };
}
