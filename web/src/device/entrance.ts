/** Who embeds this page says so in its address (`/sign?via=app`); everybody else is on the web. */
export function entranceOf(search: string): 'web' | 'app' | 'agent' {
  const via = new URLSearchParams(search).get('via');
  return via === 'app' || via === 'agent' ? via : 'web';
}
