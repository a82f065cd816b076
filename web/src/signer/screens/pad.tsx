import { type PointerEvent, useEffect, useRef, useState } from 'react';
import { Pad, type Touch } from '../../device/pad.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { padWords } from '../words/pad.ts';

export interface PadScreenProps {
  readonly caseId: string;
  /** Resolves when the page knows that it is kept. */
  readonly onKept: () => Promise<void>;
  readonly onBack: () => void;
}

const inkPixels = 3;

/**
 * Her name as she draws it: the look of a signature (S2-06), kept under her key. Who cannot draw
 * signs all the same; nothing waits for it.
 */
export function PadScreen({ caseId, onKept, onBack }: PadScreenProps) {
  const say = useWords(padWords);
  const { line } = useHouse();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<Pad>(undefined);
  const [count, setCount] = useState(0);
  const act = useAct();
  useEffect(() => {
    if (canvas.current !== null) pad.current = blank(canvas.current);
  }, []);
  const down = (event: PointerEvent<HTMLCanvasElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
    pad.current?.begin(touchOf(event));
    setCount(pad.current?.strokes.length ?? 0);
    ink(canvas.current, pad.current);
  };
  const move = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (event.buttons === 0) return;
    pad.current?.move(touchOf(event));
    ink(canvas.current, pad.current);
  };
  const clear = (): void => {
    if (canvas.current !== null) pad.current = blank(canvas.current);
    setCount(0);
  };
  const keep = (): void =>
    act.run(async () => {
      await line.act(`/v1/cases/${caseId}/handwriting`, pad.current?.drawing(), 'PUT');
      await onKept();
    });
  return (
    <Screen
      title={say('title')}
      lead={say('lead')}
      actions={
        <>
          <Button kind="primary" busy={act.busy} waits={count === 0} onPress={keep}>
            {say('use')}
          </Button>
          <Button waits={count === 0} onPress={clear}>
            {say('clear')}
          </Button>
          <Button kind="quiet" onPress={onBack}>
            {say('back')}
          </Button>
        </>
      }
    >
      <Refused act={act} />
      <canvas
        ref={canvas}
        className="pad"
        role="img"
        aria-label={say('pad')}
        onPointerDown={down}
        onPointerMove={move}
      />
      <p className="hint" role="status">
        {count === 0 ? say('empty') : say('strokes', { n: count })}
      </p>
    </Screen>
  );
}

function touchOf(event: PointerEvent): Touch {
  const box = event.currentTarget.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top, at: event.timeStamp };
}

/** An empty pad as large as it is shown, sharp on a dense screen. */
function blank(canvas: HTMLCanvasElement): Pad {
  const { clientWidth: width, clientHeight: height } = canvas;
  const dense = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  const context = canvas.getContext('2d');
  context?.scale(dense, dense);
  if (context !== null) {
    context.lineWidth = inkPixels;
    context.lineCap = 'round';
    context.lineJoin = 'round';
    context.strokeStyle = getComputedStyle(canvas).color;
  }
  return new Pad({ width, height });
}

/** The end of the newest stroke; the rest stands already. */
function ink(canvas: HTMLCanvasElement | null, pad: Pad | undefined): void {
  const context = canvas?.getContext('2d');
  const stroke = pad?.strokes[pad.strokes.length - 1] ?? [];
  if (context === null || context === undefined || stroke.length < 3) return;
  const [x = 0, y = 0] = stroke.slice(-3).map((tenths) => tenths / 10);
  const [fromX = x, fromY = y] = stroke.slice(-6, -3).map((tenths) => tenths / 10);
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(x, y);
  context.stroke();
}
