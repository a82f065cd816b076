import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { lazy, type ReactNode, Suspense, useSyncExternalStore } from 'react';
import { HashRouter, Navigate, Route, Routes } from 'react-router';
import { Empty, Loading } from './asked.tsx';
import { CasePage } from './case.tsx';
import { CasesPage } from './cases.tsx';
import { CounterPage } from './counter.tsx';
import { FindPage } from './find.tsx';
import { FunnelPage } from './funnel.tsx';
import { HousePage } from './house.tsx';
import { LoginPage } from './login.tsx';
import './operator.css';
import './parts.css';
import { Refusal } from '../api/refusal.ts';
import { useWords } from '../ui/language.tsx';
import { RightsPage } from './rights.tsx';
import { useMay } from './rules.ts';
import { SealPage } from './seal.tsx';
import { SealApplicationPage } from './seal-application.tsx';
import { SealsPage } from './seals.tsx';
import { onSession, sessionToken } from './session.ts';
import { Shell } from './shell.tsx';
import { Title } from './title.tsx';
import { TracePage } from './trace.tsx';
import { deskWords } from './words/desk.ts';

// The log's screens compute: they bring the core with them, and only they.
const LogPage = lazy(async () => ({ default: (await import('./log.tsx')).LogPage }));
const BlockPage = lazy(async () => ({ default: (await import('./block.tsx')).BlockPage }));

const staleMs = 5_000;
const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: staleMs,
      refetchOnWindowFocus: true,
      // What was refused is refused again; what did not arrive may arrive.
      retry: (count, thrown) => count < 1 && !(thrown instanceof Refusal),
    },
  },
});

/** The desk: who is not logged in sees the login, and nothing else. */
export function OperatorPage() {
  const token = useSyncExternalStore(onSession, sessionToken);
  if (token === undefined) {
    queries.clear();
    return <LoginPage />;
  }
  return (
    <QueryClientProvider client={queries}>
      <HashRouter>
        <Routes>
          <Route element={<Shell />}>
            <Route index element={<Start />} />
            <Route path="cases/:id" element={<CasePage />} />
            <Route path="open" element={<CounterPage />} />
            <Route path="find" element={<FindPage />} />
            <Route path="funnel" element={<FunnelPage />} />
            <Route path="traces/:number" element={<TracePage />} />
            <Route path="rights" element={<RightsPage />} />
            <Route path="seals" element={<SealsPage />} />
            <Route path="seals/apply" element={<SealApplicationPage />} />
            <Route path="seals/:id" element={<SealPage />} />
            <Route path="house" element={<HousePage />} />
            <Route path="log" element={<Later page={<LogPage />} />} />
            <Route path="log/:size" element={<Later page={<BlockPage />} />} />
            <Route path="*" element={<Nowhere />} />
          </Route>
        </Routes>
      </HashRouter>
    </QueryClientProvider>
  );
}

function Later({ page }: { readonly page: ReactNode }) {
  return <Suspense fallback={<Loading />}>{page}</Suspense>;
}

/** Who has no cases to look at begins with the house. */
function Start() {
  return useMay()('case.list') === false ? <Navigate to="/house" replace /> : <CasesPage />;
}

function Nowhere() {
  const say = useWords(deskWords);
  return (
    <>
      <Title text={say('nothingHere')} />
      <Empty title={say('nothingHereNote')} />
    </>
  );
}
