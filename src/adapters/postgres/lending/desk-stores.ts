/**
 * What the desks of staff look at besides cases: documents, counts, the house at a glance.
 */
import { PostgresDocumentRows } from './document-rows.ts';
import { PostgresGlance } from './glance-store.ts';
import { PostgresOverview } from './overview-store.ts';

export function deskStores() {
  return {
    documents: new PostgresDocumentRows(),
    glance: new PostgresGlance(),
    overview: new PostgresOverview(),
  };
}
