/** Where the catalogue's files are. */
export { CatalogFolder } from './catalog-folder.ts';
