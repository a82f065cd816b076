/** Why DER is refused: against an encoding rule, not what was expected, too much. */
export const derFaults = [
  'der.malformed',
  'der.unexpected',
  'der.limit',
  'der.unsuitable',
] as const;
