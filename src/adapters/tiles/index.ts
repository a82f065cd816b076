/** The files of the log in a folder (C2SP tlog-tiles). */
export { FileTiles } from './file-tiles.ts';
