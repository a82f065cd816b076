/** The REST face of the house. */
export { type AnswerParts, Answers } from './answers.ts';
export type { Archive, CaseAccess, Desks, Lawful, SignerDesk, Wanted } from './desks.ts';
export { httpFaults } from './faults.ts';
export { type GateParts, type Hosted, ownAddress } from './gate.ts';
export { type Authorise, bearerOf, type Identify, identifyBy, type Way } from './identity.ts';
export { codesOf, openApiOf, templateOf } from './openapi.ts';
export { type BuildFacts, type PageFile, Pages } from './pages.ts';
export { MemoryRate, type RateBucket, type RateLimit } from './rate.ts';
export type { Asked, Doors, KeptAnswer, RouteHead, Told, Who } from './route.ts';
export { type Declared, RouteBook } from './route-book.ts';
export { type AllDesks, declareRoutes, routesToRead } from './routes.ts';
export { buildServer, type ServerParts } from './server.ts';
export { listenTls, type TlsIdentity, type TlsListening } from './tls.ts';
