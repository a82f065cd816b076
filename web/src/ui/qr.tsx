import { useEffect, useState } from 'react';

export interface QrProps {
  readonly text: string;
  readonly label: string;
}

/** White modules around the square, as ISO/IEC 18004 asks. */
const quiet = 4;

/** A QR code, drawn as one path; the library comes when the first one is shown. */
export function Qr({ text, label }: QrProps) {
  const [drawn, setDrawn] = useState<{ size: number; path: string }>();
  useEffect(() => {
    let over = false;
    async function draw(): Promise<void> {
      const { create } = await import('qrcode');
      const { modules } = create(text, { errorCorrectionLevel: 'M' });
      const { size } = modules;
      let path = '';
      for (let row = 0; row < size; row += 1) {
        for (let column = 0; column < size; column += 1) {
          if (modules.get(row, column) !== 0) path += `M${column} ${row}h1v1h-1z`;
        }
      }
      if (!over) setDrawn({ size, path });
    }
    // The text stands beside it: a code that cannot be drawn is missed by nobody.
    draw().catch(() => {});
    return () => {
      over = true;
    };
  }, [text]);
  if (drawn === undefined) return <div className="qr" />;
  const side = drawn.size + 2 * quiet;
  return (
    <svg
      className="qr"
      role="img"
      data-text={text}
      aria-label={label}
      viewBox={`${-quiet} ${-quiet} ${side} ${side}`}
      shapeRendering="crispEdges"
    >
      <path d={drawn.path} fill="#000000" />
    </svg>
  );
}
