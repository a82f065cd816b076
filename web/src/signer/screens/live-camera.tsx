import { useEffect, useRef, useState } from 'react';
import { type Photo, photoOfVideo } from '../../device/photo.ts';
import { Button } from '../../ui/button.tsx';
import { useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { capturesWords } from '../words/captures.ts';

export interface LiveCameraProps {
  readonly facing: 'user' | 'environment';
  readonly title: string;
  /** Undefined when she went back without one. */
  readonly onTaken: (photo: Photo | undefined) => void;
}

/** The camera in the page, for devices whose file chooser has none. It is off when this is gone. */
export function LiveCamera({ facing, title, onTaken }: LiveCameraProps) {
  const say = useWords(capturesWords);
  const video = useRef<HTMLVideoElement>(null);
  const [ready, setReady] = useState(false);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let stream: MediaStream | undefined;
    let over = false;
    async function open(): Promise<void> {
      try {
        const asked = { facingMode: facing, width: { ideal: 1600 } };
        stream = await navigator.mediaDevices.getUserMedia({ video: asked, audio: false });
        if (over) return end(stream);
        if (video.current !== null) {
          video.current.srcObject = stream;
          await video.current.play();
          setReady(true);
        }
      } catch {
        setFailed(true);
      }
    }
    void open();
    return () => {
      over = true;
      if (stream !== undefined) end(stream);
    };
  }, [facing]);
  const shoot = (): void => {
    if (video.current === null) return;
    photoOfVideo(video.current).then(onTaken, () => setFailed(true));
  };
  return (
    <Screen
      title={title}
      actions={
        <>
          <Button kind="primary" waits={!ready} onPress={shoot}>
            {say('shoot')}
          </Button>
          <Button kind="quiet" onPress={() => onTaken(undefined)}>
            {say('back')}
          </Button>
        </>
      }
    >
      {failed && <Notice tone="bad">{say('noCamera')}</Notice>}
      <video ref={video} className="photo" playsInline muted aria-label={say('live')} />
    </Screen>
  );
}

function end(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop();
}
