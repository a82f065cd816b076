import { useWords } from '../ui/language.tsx';
import { sealWords } from './words/seals.ts';

/** A seal's impression as the house draws it; an image runs nothing, whatever stands in it. */
export function SealPicture({ id, picture }: { readonly id: string; readonly picture: string }) {
  const say = useWords(sealWords);
  return (
    <img
      className="seal-picture"
      alt={say('pictureOf', { id })}
      src={`data:image/svg+xml,${encodeURIComponent(picture)}`}
    />
  );
}
