import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// The site serves dist/ under "/". Built files are committed, so the build must
// give the same bytes everywhere: names carry a hash of the content, and
// nothing of the machine or the time gets in.
export default defineConfig({
  plugins: [react()],
  base: "/",
  build: { outDir: "dist", emptyOutDir: true, sourcemap: false, target: "es2022", assetsInlineLimit: 0 },
  worker: { format: "es" },
  // A document costs a second a file: tests that need one say so, "@vitest-environment jsdom".
  // Files share a worker, which has read the modules then: a test puts back what it changes.
  // What waits for ever fails after a minute, which a busy machine does not need.
  test: {
    environment: "node",
    isolate: false,
    testTimeout: 60_000,
    include: ["src/**/*.test.ts", "src/**/*.test.tsx"],
  },
});
