/**
 * The limit of a Unix socket's path: unix(7) gives sun_path 108 bytes with its closing zero.
 *
 * A longer path would be cut by some systems and land elsewhere, so it is refused by name.
 */
import { utf8 } from '#base/bytes';
import { Fault } from '#base/fault';

export const socketPathBytesMax = 107;

export function checkSocketPath(path: string): void {
  const bytes = utf8(path).length;
  if (bytes > socketPathBytesMax) {
    throw new Fault('wire.socket_path_too_long', { bytes, bytesMax: socketPathBytesMax, path });
  }
}
