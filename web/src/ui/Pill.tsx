import type { ReactNode } from 'react';

export type Tone = 'quiet' | 'good' | 'caution' | 'warning' | 'danger' | 'emergency';

/** A word on a coloured ground; the word carries the meaning, the colour only helps. */
export function Pill({
  tone = 'quiet',
  icon,
  children,
}: {
  tone?: Tone;
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className="pill" data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}
