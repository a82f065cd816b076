const unit = 1024;

/** `346 KiB`, `1.2 MiB`. */
export function sizeText(bytes: number): string {
  if (bytes < unit) return `${bytes} B`;
  const kib = bytes / unit;
  if (kib < unit) return `${Math.round(kib)} KiB`;
  return `${(kib / unit).toFixed(1)} MiB`;
}
