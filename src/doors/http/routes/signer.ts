/**
 * How the signer's page comes in and goes on: products, progress, devices, the authority's key.
 */
import { z } from 'zod';
import { toBase64 } from '#base/bytes';
import { formatInstant } from '#base/clock';
import { Fault } from '#base/fault';
import { entrances } from '#business/lending';
import type { GivenToken } from '#business/signer';
import type { Desks } from '../desks.ts';
import { handoversPerMinuteMax } from '../limits.ts';
import { ownOf } from '../own.ts';
import type { Asked, Doors } from '../route.ts';
import { caseId, id, instant } from '../schemas.ts';
import { product, productJson, progress, progressJson, sessionJson } from './signer-shapes.ts';

const tag = 'signer';
const withCase = z.strictObject({ id: caseId });
const secret = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const token = z.string().regex(/^[A-Za-z0-9_-]{43}$/);
const given = z.strictObject({ case: caseId, application: id, token, until: instant });
export function signerRoutes(doors: Doors, desks: Desks): void {
  openRoutes(doors, desks);
  progressRoute(doors, desks);
  tokenRoutes(doors, desks);
  handoverRoutes(doors, desks);
}

/** What anybody may know before there is a case. */
function openRoutes(doors: Doors, { signer }: Desks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/products',
      tag,
      summary: { zh: '本机构现在提供的产品', en: 'The products offered today' },
      who: ['anyone'],
      answer: { status: 200, body: z.strictObject({ products: z.array(product) }) },
      refusals: [],
    },
    async ({ tenant }) => {
      const offered = await signer.offered(tenant);
      return { products: offered.map(productJson) };
    },
  );
  doors.read(
    {
      method: 'GET',
      path: '/v1/trust',
      tag,
      summary: {
        zh: '核验所需的公钥与证书（信任目录）',
        en: 'The keys and certificates a verifier needs: the trust folder, base64 by path',
      },
      who: ['anyone'],
      answer: {
        status: 200,
        body: z.strictObject({
          authority: z.base64(),
          files: z.record(z.string(), z.base64()),
        }),
      },
      refusals: [],
    },
    async ({ tenant }) => {
      const files = [...(await signer.trust(tenant))].map(([path, bytes]) => [
        path,
        toBase64(bytes),
      ]);
      return { authority: toBase64(await signer.authority()), files: Object.fromEntries(files) };
    },
  );
}

function progressRoute(doors: Doors, { units, signer, clock }: Desks): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/cases/:id/progress',
      tag,
      summary: {
        zh: '办理进度：下一步与续办所需的一切',
        en: 'Where the case stands, to go on from',
      },
      who: ['borrower'],
      params: withCase,
      answer: { status: 200, body: progress },
      refusals: ['lending.case_unknown', 'lending.product_unknown', 'vault.erased'],
    },
    async (asked) => {
      const { tenant, caseId: of } = requireOwn(asked);
      const standing = await units.run(tenant, (unit) => signer.progress.of(unit, of));
      return { ...progressJson(standing), session: sessionJson(asked.caller, clock.now()) };
    },
  );
}

/** Her own case, named in the path, or access.not_yours. */
function requireOwn(asked: Asked<{ id: string }>) {
  const own = ownOf(asked);
  if (own.caseId !== asked.params.id) throw new Fault('access.not_yours');
  return own;
}

function tokenRoutes(doors: Doors, { units, signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/tokens',
      tag,
      summary: { zh: '为本设备更换令牌', en: 'A fresh token for this device' },
      who: ['borrower'],
      params: withCase,
      body: z.strictObject({ token }),
      answer: { status: 201, body: given },
      refusals: ['signer.token_unknown'],
    },
    async (asked) => {
      const { caseId: of } = requireOwn(asked);
      const order = { caseId: of, token: asked.body.token };
      return async (unit) => keptToken(await signer.visits.refresh(unit, order));
    },
  );
  doors.each(
    {
      method: 'POST',
      path: '/v1/cases/:id/tokens/end',
      tag,
      summary: { zh: '本设备退出', en: 'This device forgets the case' },
      why: 'A token that is over is over: asked again it is nobody’s.',
      who: ['borrower'],
      params: withCase,
      body: z.strictObject({ token }),
      answer: { status: 200, body: z.strictObject({ ended: z.boolean() }) },
      refusals: ['signer.token_unknown'],
    },
    async (asked) => {
      const { caseId: of } = requireOwn(asked);
      const order = { caseId: of, token: asked.body.token };
      await units.run(asked.tenant, (unit) => signer.visits.leave(unit, order));
      return { ended: true };
    },
  );
}

function handoverRoutes(doors: Doors, { signer }: Desks): void {
  doors.once(
    {
      method: 'POST',
      path: '/v1/cases/:id/handovers',
      tag,
      summary: { zh: '换一台设备继续办理', en: 'A secret that goes on at another device' },
      who: ['borrower'],
      params: withCase,
      answer: {
        status: 201,
        body: z.strictObject({ secret, until: instant, link: z.string() }),
      },
      refusals: [],
    },
    async (asked) => {
      const { caseId: of } = requireOwn(asked);
      return async (unit) => {
        const made = await signer.visits.handOver(unit, of);
        const until = formatInstant(made.until);
        return { body: { secret: made.secret, until, link: `/sign#h.${made.secret}` } };
      };
    },
  );
  doors.once(
    {
      method: 'POST',
      path: '/v1/handovers/redeem',
      tag,
      summary: { zh: '在另一台设备上接续办理', en: 'Redeems the secret of another device' },
      who: ['anyone'],
      perMinuteMax: handoversPerMinuteMax,
      body: z.strictObject({ secret, entrance: z.enum(entrances).default('web') }),
      answer: { status: 201, body: given },
      refusals: ['lending.case_unknown', 'signer.handover_refused', 'vault.erased'],
    },
    async ({ body }) =>
      async (unit) =>
        keptToken(await signer.visits.redeem(unit, body.secret, body.entrance)),
  );
}

function keptToken({ loan, token: told, until }: GivenToken) {
  const { id: of, application, subject } = loan;
  return { subject, body: { case: of, application, token: told, until: formatInstant(until) } };
}
