import './controls.css';

export interface MeterProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
}

/** How far something is, in words and as a bar. */
export function Meter({ label, value, max }: MeterProps) {
  return (
    <div className="meter">
      <span>{label}</span>
      <progress aria-label={label} value={Math.min(value, max)} max={Math.max(max, 1)} />
    </div>
  );
}
