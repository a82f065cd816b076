/** Money and rates as a person reads them; money is text of fen on the wire and never a float. */
export function yuanText(fen: string): string {
  const digits = fen.padStart(3, '0');
  const yuan = digits.slice(0, -2).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
  const rest = digits.slice(-2);
  return rest === '00' ? yuan : `${yuan}.${rest}`;
}

/** `5000`, `5,000` or `5000.5` yuan as fen; undefined when it is no amount. */
export function fenOf(typed: string): string | undefined {
  const plain = typed.replace(/[,，\s元]/g, '');
  const [, yuan, rest = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(plain) ?? [];
  if (yuan === undefined) return undefined;
  const fen = `${yuan}${rest.padEnd(2, '0')}`.replace(/^0+/, '');
  return fen === '' ? undefined : fen;
}
