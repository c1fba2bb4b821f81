import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build-once.ts'],
    setupFiles: ['test/support/property-seed.ts'],
    // No test changes a module, the environment or the working folder: files share what they import.
    isolate: false,
    // Many tests wait for other processes: two at a time would leave two processors idle.
    maxWorkers: Math.max(5, availableParallelism()),
    reporters: ['default', './test/support/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
