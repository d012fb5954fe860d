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
  test: { environment: "jsdom", include: ["src/**/*.test.ts", "src/**/*.test.tsx"] },
});
