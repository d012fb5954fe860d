import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { Boundary } from "../app/Boundary";
import { schemes } from "../app/scheme";
import { theme } from "../app/theme";
import { InstallPage } from "./InstallPage";

const queries = new QueryClient();

/** All that somebody with an installer's link sees of the site: a page of its own, without sign-in and console. */
export function Install() {
  const uid = location.pathname.split("/")[2] ?? "";
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" colorSchemeManager={schemes}>
      <Boundary>
        <QueryClientProvider client={queries}>
          <InstallPage uid={uid} />
        </QueryClientProvider>
      </Boundary>
    </MantineProvider>
  );
}
