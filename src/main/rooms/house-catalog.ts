/**
 * The catalogue that came with this program.
 */
import { fileURLToPath } from 'node:url';

import { CatalogFolder } from '#adapters/catalog';
import type { Clock } from '#base/clock';
import { Catalog } from '#business/catalog';
import type { Engine } from '#formats/crypto';

const catalogFolder = fileURLToPath(new URL('../../../catalog', import.meta.url));

export function loadCatalog(parts: { engine: Engine; clock: Clock }): Promise<Catalog> {
  const { engine, clock } = parts;
  return Catalog.load({ reader: new CatalogFolder(catalogFolder), engine, clock });
}
