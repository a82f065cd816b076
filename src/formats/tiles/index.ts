/** The files a transparency log consists of (C2SP tlog-tiles): names, contents, nodes from them. */
export { tilesFaults } from './faults.ts';
export {
  bundlePath,
  type FileReader,
  foldHashes,
  hashesOfTile,
  newTiles,
  nodesFromTiles,
  parseBundle,
  printBundle,
  type Tile,
  tilePath,
  tileWidth,
} from './tiles.ts';
