/** The files of the log in a folder (C2SP tlog-tiles), and the hashes they are made of. */
export { tilesFaults } from './faults.ts';
export { FileTiles } from './file-tiles.ts';
export { FolderAnchors } from './folder-anchors.ts';
export { treeHash, twinTreeHash } from './tree-hash.ts';
