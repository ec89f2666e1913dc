import { defineConfig } from 'vitest/config'

// Set by `.ci/run`, which counts from the report; `npm test` by hand only prints.
const reportFile = process.env.SKEIN_TEST_REPORT

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    // Processes, not threads: roaring and onnxruntime are native, and some tests kill or fork what they run in.
    pool: 'forks',
    maxWorkers: 2,
    // For slow machines: a limit that is met should mean "hangs", never "a busy neighbour".
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: reportFile === undefined ? ['default'] : ['default', ['json', { outputFile: reportFile }]],
  },
})
