import { useEffect, useState } from 'react';
import type { Product } from '../../api/answers.ts';
import { entranceOf } from '../../device/entrance.ts';
import { Button } from '../../ui/button.tsx';
import { Choices } from '../../ui/choices.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { productName } from '../../ui/product-words.ts';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { yuanText } from '../money.ts';
import { Refused } from '../refused.tsx';
import { beginWords } from '../words/begin.ts';
import { shellWords } from '../words/shell.ts';

/** Before there is a case: what can be had, and the quiet ways to understand it first. */
export function Begin({ onGo }: { readonly onGo: (place: string) => void }) {
  const say = useWords(beginWords);
  const sayShell = useWords(shellWords);
  const { language } = useLanguage();
  const { line, enter } = useHouse();
  const [products, setProducts] = useState<readonly Product[]>();
  const [chosen, setChosen] = useState<string>();
  const [missing, setMissing] = useState(false);
  const load = useAct();
  const open = useAct();
  const { run } = load;
  useEffect(() => {
    run(async () => {
      const offered = await line.get<{ products: readonly Product[] }>('/v1/products');
      setProducts(offered.products);
      if (offered.products.length === 1) setChosen(offered.products[0]?.id);
    });
  }, [line, run]);
  const start = (): void => {
    if (chosen === undefined) return setMissing(true);
    open.run(async () => {
      const opened = await line.act<{ case: string; application: string; token: string }>(
        '/v1/applications',
        { product: chosen, entrance: entranceOf(location.search) },
      );
      enter({ case: opened.case, application: opened.application, token: opened.token });
      onGo('');
    });
  };
  return (
    <Screen
      title={say('title')}
      lead={say('lead')}
      actions={
        <Button kind="primary" busy={open.busy} waits={products === undefined} onPress={start}>
          {say('start')}
        </Button>
      }
      below={
        <nav className="card" aria-label={say('more')}>
          <Button onPress={() => onGo('guide')}>{say('guide')}</Button>
          <Button onPress={() => onGo('rehearsal')}>{say('rehearse')}</Button>
          <Button onPress={() => onGo('continue')}>{say('goOn')}</Button>
        </nav>
      }
    >
      <Refused act={load} />
      <Refused act={open} />
      {products === undefined && load.refusal === undefined && <p>{sayShell('loading')}</p>}
      {products?.length === 0 && <p>{say('noProducts')}</p>}
      {products !== undefined && products.length > 0 && (
        <Choices
          legend={say('product')}
          value={chosen}
          error={missing && chosen === undefined ? say('choose') : undefined}
          onChoose={setChosen}
          options={products.map((product) => ({
            value: product.id,
            label: productName(product, language),
            note: say('productNote', {
              from: yuanText(product.amountFenMin),
              to: yuanText(product.amountFenMax),
              rate: product.annualRatePercent,
            }),
          }))}
        />
      )}
    </Screen>
  );
}
