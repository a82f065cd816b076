/**
 * A log's server that is away, or answers nonsense, told apart from a file that is not there and
 * from what is wrong on the reader's own side.
 */
import { faultCode } from '#base/fault';
import type { FileReader } from '#formats/tiles';

/** A file of the log could not be had, whether it is there or not. */
export class LogSilence extends Error {}

/** The same files; what the reader refuses becomes a silence that names the file. */
export function orSilence(read: FileReader): FileReader {
  return async (path) => {
    try {
      return await read(path);
    } catch (cause) {
      const code = faultCode(cause);
      throw code === undefined ? cause : new LogSilence(`${path}: ${code}`, { cause });
    }
  };
}
