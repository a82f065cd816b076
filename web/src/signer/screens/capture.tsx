import { type ChangeEvent, useEffect, useRef, useState } from 'react';
import type { CaptureKind } from '../../api/answers.ts';
import { type Photo, type Place, photoOfFile, placeNow } from '../../device/photo.ts';
import { upload } from '../../device/upload.ts';
import { Button } from '../../ui/button.tsx';
import { useLanguage, useWords } from '../../ui/language.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Screen } from '../../ui/screen.tsx';
import { useAct } from '../act.ts';
import { useHouse } from '../house.tsx';
import { Refused } from '../refused.tsx';
import { capturesWords, photoName } from '../words/captures.ts';
import { LiveCamera } from './live-camera.tsx';
import { type Part, Sending } from './sending.tsx';
import type { StepProps } from './step-props.ts';

const deviceLettersMax = 120;
const hints = ['id-front', 'id-back', 'holder', 'scene', 'income'] as const;
/** Seen from the front camera: the person, not the thing before her. */
const ofHerself = new Set(['holder', 'scene']);

/** One photograph: taken, looked at, stored. */
export function Capture(props: StepProps & { readonly wanted: CaptureKind }) {
  const { progress, wanted, refresh, onGo } = props;
  const say = useWords(capturesWords);
  const { language } = useLanguage();
  const { line } = useHouse();
  const [photo, setPhoto] = useState<Photo>();
  // Asked for when the picture is taken, for that is the place it shows.
  const place = useRef<Promise<Place | undefined>>(undefined);
  const [live, setLive] = useState(false);
  const [isBad, setBad] = useState(false);
  const [part, setPart] = useState<Part>();
  const act = useAct();
  const shown = usePreview(photo);
  const accepted = (kind: string): boolean =>
    progress.consents.some((consent) => consent.kind === kind && consent.accepted);
  const take = (taken: Photo | undefined): void => {
    setLive(false);
    setPhoto(taken);
    const isAsked = taken !== undefined && accepted('precise-location');
    place.current = isAsked ? placeNow() : undefined;
  };
  const choose = (event: ChangeEvent<HTMLInputElement>): void => {
    const file = event.target.files?.[0];
    event.target.value = '';
    if (file === undefined) return;
    act.run(async () => {
      const taken = await photoOfFile(file);
      setBad(taken === undefined);
      take(taken);
    });
  };
  const store = (): void =>
    act.run(async () => {
      if (photo === undefined) return;
      const where = await place.current;
      const device = navigator.userAgent.slice(0, deviceLettersMax);
      const told = {
        kind: wanted.kind,
        ...(accepted('device-fingerprint') ? { device } : {}),
        ...(where === undefined ? {} : { place: where }),
      };
      const waiting = { caseId: progress.case, photo, told, since: Date.now() };
      await upload(line, waiting, (sent, of) => setPart([sent, of]));
      await refresh();
      onGo('photos');
    });
  const facing = ofHerself.has(wanted.kind) ? 'user' : 'environment';
  if (live)
    return <LiveCamera facing={facing} title={photoName(wanted, language)} onTaken={take} />;
  const hint = hints.find((kind) => kind === wanted.kind) ?? 'other';
  return (
    <Screen
      title={photoName(wanted, language)}
      lead={say(hint)}
      actions={
        photo === undefined ? (
          <>
            <label className="button primary">
              {say('camera')}
              <input
                className="unseen"
                type="file"
                accept="image/*"
                capture={facing}
                onChange={choose}
              />
            </label>
            {'mediaDevices' in navigator && (
              <Button onPress={() => setLive(true)}>{say('here')}</Button>
            )}
            <Button kind="quiet" onPress={() => onGo('photos')}>
              {say('back')}
            </Button>
          </>
        ) : (
          <>
            <Button kind="primary" busy={act.busy} onPress={store}>
              {say('use')}
            </Button>
            <Button waits={act.busy} onPress={() => setPhoto(undefined)}>
              {say('again')}
            </Button>
          </>
        )
      }
    >
      <Refused act={act} />
      {isBad && <Notice tone="bad">{say('noPicture')}</Notice>}
      {shown !== undefined && <img className="photo" src={shown} alt={say('preview')} />}
      {act.busy && <Sending part={part} />}
    </Screen>
  );
}

/** The photograph's address while it is looked at. */
function usePreview(photo: Photo | undefined): string | undefined {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    if (photo === undefined) return setAddress(undefined);
    const made = URL.createObjectURL(
      new Blob([new Uint8Array(photo.bytes)], { type: photo.media }),
    );
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [photo]);
  return address;
}
