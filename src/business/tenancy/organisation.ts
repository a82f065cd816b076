/**
 * Which kinds of organisation a tenant can be, and which may stand under which (S3-40, S4-29).
 *
 * The list is data (catalog/tenancy/organisation-types.json). Outlets (网点) are no tenants: they are
 * units inside one. What is neither a lender nor an insurer may be a tenant too, such as a court.
 */
import { z } from 'zod';
import { fromUtf8 } from '#base/bytes';
import { Fault } from '#base/fault';

const word = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);
const typeShape = z.strictObject({
  id: word,
  /** S4-29: in which of the four roles such an organisation takes part. */
  actor: z.enum([
    'ca-operator',
    'financial-institution',
    'government',
    'internet-platform',
    'judicial-institution',
  ]),
  zh: z.string().min(1),
  en: z.string().min(1),
  under: z.array(word),
  /** Whether contracts may name it as a lender. */
  lends: z.boolean(),
});
const fileShape = z.strictObject({ basis: z.string(), types: z.array(typeShape).min(1) });

/** A kind of organisation: its words, the role it takes part in, what it may stand under. */
export type OrganisationType = Readonly<z.infer<typeof typeShape>>;

export class OrganisationTypes {
  readonly #types: ReadonlyMap<string, OrganisationType>;

  private constructor(types: readonly OrganisationType[]) {
    this.#types = new Map(types.map((type) => [type.id, type]));
  }

  /** From the bytes of the catalogue's file, or tenancy.types_malformed. */
  static parse(bytes: Uint8Array): OrganisationTypes {
    const parsed = fileShape.safeParse(jsonOf(bytes));
    if (!parsed.success) throw new Fault('tenancy.types_malformed');
    const types = new OrganisationTypes(parsed.data.types);
    for (const { under } of parsed.data.types) for (const id of under) types.of(id);
    return types;
  }

  all(): readonly OrganisationType[] {
    return [...this.#types.values()];
  }

  of(id: string): OrganisationType {
    const type = this.#types.get(id);
    if (type === undefined) throw new Fault('tenancy.type_unknown', { type: id });
    return type;
  }

  /** Refuses a tenant under a parent of a kind that may not stand above its own. */
  requirePlace(type: string, parent: string | undefined): void {
    const own = this.of(type);
    if (parent !== undefined && !own.under.includes(this.of(parent).id)) {
      throw new Fault('tenancy.parent_refused', { type, parent });
    }
  }
}

export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch {
    return undefined;
  }
}
