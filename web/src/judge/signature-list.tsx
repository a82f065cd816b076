import type { SignatureReport } from 'fubie-core';
import { Facts } from '../ui/facts.tsx';
import { useLanguage, useWords } from '../ui/language.tsx';
import { Law13View } from './law13.tsx';
import { Mark } from './mark.tsx';
import type { Judged } from './messages.ts';
import { bracketed, sentence, shortName, shownTime } from './sentences.ts';
import { StampList } from './stamp-list.tsx';
import { verdictWords } from './words/verdict.ts';

/** Each signature: who, when and by whose clock, how strong, what came after, and the law's four questions. */
export function SignatureList({ judged }: { readonly judged: Judged }) {
  const say = useWords(verdictWords);
  const { signatures } = judged.report;
  if (signatures.length === 0) return null;
  return (
    <section aria-labelledby="signatures">
      <h3 id="signatures">{say('signatures')}</h3>
      {signatures.map((signature) => (
        <SignatureCard
          key={`${signature.document} ${signature.field} ${signature.signedAt ?? ''}`}
          signature={signature}
          judged={judged}
        />
      ))}
    </section>
  );
}

function SignatureCard(props: { readonly signature: SignatureReport; readonly judged: Judged }) {
  const { signature, judged } = props;
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { document, field, signer, because, stamps = [] } = signature;
  const isStamp = signature.kind === 'timestamp';
  return (
    <article className="card signature">
      <header>
        <h4>{signer === '' ? field : signer}</h4>
        <Mark is={signature.is} />
      </header>
      <p className="soft">
        {isStamp && `${say('kind_timestamp')} · `}
        {shortName(document)} · {field}
      </p>
      {because !== undefined && <p>{sentence(judged.flaws, because, language)}</p>}
      <div className="told">
        <SignatureFacts signature={signature} />
        <StampList stamps={stamps} judged={judged} />
      </div>
      {/* A clock's token is nobody's signature: the law asks it nothing. */}
      {!isStamp && <Law13View signature={signature} judged={judged} />}
    </article>
  );
}

function SignatureFacts({ signature }: { readonly signature: SignatureReport }) {
  const say = useWords(verdictWords);
  const { language } = useLanguage();
  const { signedAt, claimedAt, timeFrom, timeSource } = signature;
  const time = signedAt === undefined ? say('unknownTime') : shownTime(signedAt);
  const isStamped = timeFrom === 'timestamp';
  const source = isStamped ? say('fromStamp', { source: timeSource }) : say('fromClaim');
  const rows: readonly (readonly [string, string])[] = [
    [say('signedAt'), signedAt === undefined ? time : `${time}${bracketed(source, language)}`],
    // Said only beside a proved time; alone it is the time already.
    ...(isStamped && claimedAt !== undefined
      ? [[say('claimedAt'), shownTime(claimedAt)] as const]
      : []),
    ...(signature.kind === 'signature' ? [[say('level'), signature.level] as const] : []),
    [say('algorithm'), signature.algorithm],
    [say('covers'), say(`covers_${signature.covers}`)],
    [say('changes'), say(`changes_${signature.changesAfter}`)],
  ];
  return <Facts rows={rows} />;
}
