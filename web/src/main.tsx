import "./app/mantine";
import "./app/tokens.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLanguage } from "./i18n";

// Whoever follows an installer's link waits for a page of it, not for the console.
const loadPage = () =>
  location.pathname.startsWith("/install/")
    ? import("./install/Install").then(({ Install }) => Install)
    : import("./app/App").then(({ App }) => App);

const root = document.getElementById("root");
if (root) {
  const [Page] = await Promise.all([loadPage(), startLanguage()]);
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
