/** The column that says through which door a case came in. */
import { Fault } from '#base/fault';
import { type Entrance, isEntrance } from '#business/lending';

/** Null is a case that is older than the question; postgres.row_malformed for an unknown word. */
export function entranceOf(column: string | null): Entrance | undefined {
  if (column === null) return undefined;
  if (!isEntrance(column)) throw new Fault('postgres.row_malformed', { entrance: column });
  return column;
}
