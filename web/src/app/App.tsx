import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useState } from "react";
import { Redirect, Route, Switch } from "wouter";
import { getMe } from "../api/calls";
import { onSignedOut } from "../api/http";
import { asProblem } from "../api/problem";
import type { Me } from "../api/types";
import { JumpPage } from "../jump/JumpPage";
import { SignIn } from "../signin/SignIn";
import { Failure } from "../ui/Failure";
import { Boundary } from "./Boundary";
import { Frame } from "./Frame";
import { LiveProvider } from "./live";
import { become, MeProvider } from "./me";
import { NotFound } from "./NotFound";
import { schemes } from "./scheme";
import { theme } from "./theme";

const AdminPage = lazy(() => import("../admin/AdminPage"));
const SessionPage = lazy(() => import("../session/SessionPage"));

const queries = new QueryClient({
  defaultOptions: {
    queries: { retry: (count, thrown) => asProblem(thrown).status === 0 && count < 2, staleTime: 30_000 },
  },
});

/** The whole console. */
export function App() {
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes}>
      <Boundary>
        <QueryClientProvider client={queries}>
          <Notifications position="bottom-right" limit={4} zIndex={400} />
          <Gate />
        </QueryClientProvider>
      </Boundary>
    </MantineProvider>
  );
}

/** Shows the sign-in until somebody is signed in, and again when that has ended. */
function Gate() {
  const client = useQueryClient();
  const [ended, setEnded] = useState(false);
  const { data, error, refetch } = useQuery({ queryKey: ["me"], queryFn: getMe, staleTime: Number.POSITIVE_INFINITY });
  useEffect(
    () =>
      onSignedOut(() => {
        setEnded(Boolean(client.getQueryData(["me"])));
        client.setQueryData(["me"], null);
      }),
    [client],
  );
  const enter = (me: Me) => become(client, me);
  if (data) return <SignedIn me={data} />;
  if (data === null || (error && asProblem(error).status === 401)) return <SignIn ended={ended} onSignIn={enter} />;
  if (error) return <Failure problem={asProblem(error)} onRetry={() => void refetch()} />;
  return null; // a blink, in which a spinner would only flicker
}

function SignedIn({ me }: { me: Me }) {
  return (
    <MeProvider value={me}>
      <LiveProvider>
        <Suspense fallback={<Frame />}>
          <Switch>
            <Route path="/session/:id">{({ id }) => <SessionPage id={id} />}</Route>
            <Route path="/">
              <Frame>
                <JumpPage />
              </Frame>
            </Route>
            <Route path="/login/*?">
              <Frame>
                <AdminPage />
              </Frame>
            </Route>
            <Route path="/deployment">
              <Redirect to="/login/jump-clients" replace />
            </Route>
            <Route>
              <Frame>
                <NotFound />
              </Frame>
            </Route>
          </Switch>
        </Suspense>
      </LiveProvider>
    </MeProvider>
  );
}
