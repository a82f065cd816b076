/** The figures a document carries as data, where it carries them; what is missing is not guessed. */
export interface Figures {
  readonly amountFen?: string;
  readonly months?: number;
  readonly totalCostFen?: string;
  readonly simplePercent?: string;
  readonly irrPercent?: string;
}

export function figuresIn(data: unknown): Figures {
  const loan = membersOf(membersOf(data)['loan']);
  const text = (name: string): Partial<Record<string, string>> => {
    const value = loan[name];
    return typeof value === 'string' || typeof value === 'number' ? { [name]: String(value) } : {};
  };
  const months = Number(loan['months']);
  return {
    ...text('amountFen'),
    ...(Number.isInteger(months) && months > 0 ? { months } : {}),
    ...text('totalCostFen'),
    ...text('simplePercent'),
    ...text('irrPercent'),
  };
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
