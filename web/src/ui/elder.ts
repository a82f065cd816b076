/**
 * Elder mode: larger type, larger targets, one action a screen (MIIT 适老化 2021), kept on this device.
 */
import { useSyncExternalStore } from 'react';
import { keep } from './preferences.ts';

const listeners = new Set<() => void>();

function isElder(): boolean {
  return document.documentElement.dataset['elder'] === 'yes';
}

export function useElder(): { readonly elder: boolean; readonly toggle: () => void } {
  const elder = useSyncExternalStore((changed) => {
    listeners.add(changed);
    return () => listeners.delete(changed);
  }, isElder);
  return { elder, toggle };
}

function toggle(): void {
  const next = !isElder();
  if (next) document.documentElement.dataset['elder'] = 'yes';
  else delete document.documentElement.dataset['elder'];
  keep('elder', next ? 'yes' : undefined);
  for (const changed of listeners) changed();
}
