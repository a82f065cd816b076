/**
 * docs/api/openapi.json: the REST face as its routes are declared.
 */
import { openApiOf, routesToRead } from '#doors/http';

export function openApiPage(): string {
  return `${JSON.stringify(openApiOf(routesToRead().routes), null, 2)}\n`;
}
