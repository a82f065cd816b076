/** OpenID Connect as a client of institutions' own identity providers. */
export { OidcProviders } from './oidc-providers.ts';
