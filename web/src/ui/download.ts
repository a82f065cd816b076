/** Hands bytes to the person as a file. The address lives a minute: slow phones ask late. */
const addressMsMax = 60_000;

export function download(name: string, bytes: Uint8Array, media: string): void {
  const address = URL.createObjectURL(new Blob([new Uint8Array(bytes)], { type: media }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), addressMsMax);
}
