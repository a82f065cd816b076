/**
 * What a thief of the database would change, one row of each table that stands beside entries, and
 * how a test puts it back.
 */
export interface Alteration {
  readonly table: string;
  readonly alter: string;
  readonly restore: {
    /** Selects what is to be kept, in the order of the parameters of `by`. */
    readonly keeps: string;
    readonly by: string;
  };
}

/** All of one loan that was paid out. */
export function alterations(caseId: string): readonly Alteration[] {
  const ofCase = `case_id = '${caseId}'`;
  const person = `subject = (select subject from loan_case where id = '${caseId}')`;
  const one = (table: string, of: { keys: string; where: string; column: string; to: string }) => {
    const keys = of.keys.split(' ');
    const names = [...keys, of.column].join(', ');
    const held = keys.map((key, at) => `${key} = $${at + 1}`).join(' and ');
    const first = `select ${names} from ${table} where ${of.where} order by ${keys.join(', ')} limit 1`;
    const chosen = `(${keys.join(', ')}) = (select ${keys.join(', ')} from (${first}) as first)`;
    return {
      table,
      alter: `update ${table} set ${of.column} = ${of.to} where ${chosen}`,
      restore: {
        keeps: first,
        by: `update ${table} set ${of.column} = $${keys.length + 1} where ${held}`,
      },
    };
  };
  const loan = { keys: 'id', where: `id = '${caseId}'` };
  const document = { keys: 'id', where: ofCase };
  const instalment = { keys: 'case_id number', where: ofCase };
  const digest = `decode(repeat('00', 32), 'hex')`;
  return [
    one('loan_case', { ...loan, column: 'amount_fen', to: '900000' }),
    // Set back by one step, the money would be paid out again.
    one('loan_case', { ...loan, column: 'state', to: `'payment_authorised'` }),
    one('consent', { keys: 'case_id kind', where: ofCase, column: 'accepted', to: 'not accepted' }),
    one('document', { ...document, column: 'base_sha256', to: `repeat('0', 64)` }),
    one('revision', {
      keys: 'document number',
      where: `document in (select id::text from document where ${ofCase}) and number > 0`,
      column: 'sha256',
      to: digest,
    }),
    one('intent', { ...document, column: 'entry', to: `'another'` }),
    one('event_certificate', { keys: 'intent', where: ofCase, column: 'der', to: digest }),
    one('ticket', { ...document, column: 'intended', to: `'another'` }),
    one('instalment', { ...instalment, column: 'principal_fen', to: 'principal_fen - 1' }),
    one('instalment', { ...instalment, column: 'paid_on', to: `'2026-01-01'` }),
    {
      table: 'vault_subject',
      alter: `update vault_subject set wrapped = null, epoch = null where ${person}`,
      restore: {
        keeps: `select subject, wrapped, epoch from vault_subject where ${person}`,
        by: 'update vault_subject set wrapped = $2, epoch = $3 where subject = $1',
      },
    },
  ];
}

/**
 * As few rounds as show each table's own finding: in one round no table is altered twice, and a
 * person whose key is gone comes alone, since nothing of hers can be read then.
 */
export function inRounds(all: readonly Alteration[]): readonly (readonly Alteration[])[] {
  const rounds: Alteration[][] = [];
  for (const one of all) {
    const free = rounds.find(
      (round) => !round.some(({ table }) => [one.table, 'vault_subject'].includes(table)),
    );
    if (free === undefined || one.table === 'vault_subject') rounds.push([one]);
    else free.push(one);
  }
  return rounds;
}
