/** The institution's own page around or behind this one, for the screens that speak to it. */
import { createContext, type ReactNode, use } from 'react';
import type { Host } from '../sdk/host.ts';

const HostContext = createContext<Host | undefined>(undefined);

export interface HostProviderProps {
  readonly host: Host | undefined;
  readonly children: ReactNode;
}

export function HostProvider({ host, children }: HostProviderProps) {
  return <HostContext value={host}>{children}</HostContext>;
}

/** Undefined where she came by herself. */
export function useHost(): Host | undefined {
  return use(HostContext);
}
