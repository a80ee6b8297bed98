import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{engine,datasets,research,reports,cli,bench}/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
