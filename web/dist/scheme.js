// Sets light or dark before anything is painted; the console does the rest.
// A file of its own, because the site's policy allows no inline script.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("jump.scheme");
  } catch {}
  const dark =
    chosen === "dark" || (chosen !== "light" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
