/**
 * /v1/log/registers: the members of the log, their rights, and how they vote on them (S2-86).
 *
 * A vote counts by the member's own signature and by nothing else: who carries it is no matter.
 */
import { z } from 'zod';
import type { Units } from '#base/unit';
import type { RegisterDesk, ShownRegister } from '#trust/witness';
import type { Doors } from '../route.ts';
import { sha256Hex } from '../schemas.ts';

/** What these routes lean on. */
export interface RegisterRoutesDesk {
  readonly units: Units;
  readonly registers: RegisterDesk;
}

const tag = 'log';
const submitting = { who: ['machine'], needs: 'statement.submit', tag } as const;
const textLettersMax = 65_536;
const lineLettersMax = 8_192;

const register = z.strictObject({
  digest: sha256Hex,
  /** The register as a signed note: a C2SP tlog-policy whose signatures are the votes. */
  note: z.string(),
  adopted: z.boolean(),
  votedBy: z.array(z.string()),
  flaws: z.array(z.string()),
});

export function registerRoutes(doors: Doors, { units, registers }: RegisterRoutesDesk): void {
  doors.read(
    {
      method: 'GET',
      path: '/v1/log/registers',
      tag,
      summary: {
        zh: '日志成员名册及其表决',
        en: 'The registers of the log’s members, and what is proposed',
      },
      who: ['staff', 'machine'],
      needs: 'status.read',
      answer: { status: 200, body: z.strictObject({ registers: z.array(register) }) },
      refusals: [],
    },
    async ({ tenant }) => {
      const found = await units.run(tenant, (unit) => registers.shown(unit));
      return { registers: found.map(shownRegister) };
    },
  );
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/log/registers',
      summary: { zh: '提出新的成员名册', en: 'Proposes a register to the members' },
      body: z.strictObject({ text: z.string().min(1).max(textLettersMax) }),
      answer: { status: 201, body: z.strictObject({ digest: sha256Hex }) },
      refusals: ['tlog.policy_malformed', 'witness.register_malformed', 'witness.register_unfit'],
    },
    async ({ body }) => {
      const commit = registers.propose(body.text);
      return async (unit) => ({ body: await commit(unit) });
    },
  );
  doors.once(
    {
      ...submitting,
      method: 'POST',
      path: '/v1/log/registers/:digest/votes',
      summary: {
        zh: '成员以自己的签名表决',
        en: 'A member votes by its signature over the text; enough votes adopt it',
      },
      params: z.strictObject({ digest: sha256Hex }),
      body: z.strictObject({ line: z.string().min(1).max(lineLettersMax) }),
      answer: { status: 201, body: register },
      refusals: ['tlog.note_malformed', 'witness.register_unknown', 'witness.vote_wrong'],
    },
    async ({ params, body }) => {
      const commit = registers.vote(params.digest, body.line);
      return async (unit) => ({ body: shownRegister(await commit(unit)) });
    },
  );
}

function shownRegister(one: ShownRegister): z.infer<typeof register> {
  const { digest, note, adopted, votedBy, flaws } = one;
  return { digest, note, adopted, votedBy: [...votedBy], flaws: [...flaws] };
}
