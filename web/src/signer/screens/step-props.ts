import type { Progress } from '../../api/answers.ts';

/** What every screen of a case is handed. */
export interface StepProps {
  readonly progress: Progress;
  /** Asks the house where the case stands now. */
  readonly refresh: () => Promise<void>;
  /** Goes to a place within the step. */
  readonly onGo: (place: string) => void;
}
