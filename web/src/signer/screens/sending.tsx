import { useWords } from '../../ui/language.tsx';
import { Meter } from '../../ui/meter.tsx';
import { capturesWords } from '../words/captures.ts';

/** How many pieces of a photograph have arrived, of how many. */
export type Part = readonly [sent: number, of: number];

/** How far a photograph is on its way. */
export function Sending({ part }: { readonly part: Part | undefined }) {
  const say = useWords(capturesWords);
  if (part === undefined) return undefined;
  const [sent, of] = part;
  return <Meter label={say('sending', { n: Math.min(sent + 1, of), of })} value={sent} max={of} />;
}
