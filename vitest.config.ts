import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { CHROMIUM_ARGS, findChromium } from './scripts/chromium.mjs';
import { ISOLATION_HEADERS } from './scripts/response-headers.ts';
import viteConfig from './vite.config.ts';

/** For what runs in real time on a machine that others use, too. What needed it is named at the end of the run. */
const SECOND_TRY = { retry: 1 };

/** What a page will show takes as long as the machine lets it; a test that fails waits so long for nothing. */
const PATIENT = { poll: { timeout: 15_000 } };

/** Stories on the built page. */
const ON_BUILT_PAGE = {
  expect: PATIENT,
  environment: 'node' as const,
  globalSetup: ['tests/support/serve-built-app.ts'],
  testTimeout: 120_000,
  hookTimeout: 60_000,
};

export default defineConfig({
  ...viteConfig,
  test: {
    projects: [
      {
        test: {
          name: 'node',
          environment: 'node',
          include: ['tests/{unit,assembly,conformance,interleavings,types}/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        ...viteConfig,
        server: { headers: ISOLATION_HEADERS },
        // Found late, they would make Vite reload the page in the middle of a test.
        optimizeDeps: { include: ['@zip.js/zip.js', 'axe-core', 'codemirror', 'h5wasm', 'yaml'] },
        test: {
          name: 'browser',
          expect: PATIENT,
          include: ['tests/browser/**/*.browser.test.ts'],
          testTimeout: 60_000,
          fileParallelism: false,
          ...SECOND_TRY,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: { executablePath: findChromium(), args: CHROMIUM_ARGS },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        test: {
          ...ON_BUILT_PAGE,
          name: 'e2e',
          include: ['tests/e2e/*.e2e.test.ts'],
          maxWorkers: 2,
          ...SECOND_TRY,
        },
      },
      {
        test: {
          ...ON_BUILT_PAGE,
          name: 'live',
          include: ['tests/e2e/live/*.e2e.test.ts'],
          fileParallelism: false,
          ...SECOND_TRY,
        },
      },
      {
        test: {
          ...ON_BUILT_PAGE,
          name: 'browsers',
          include: ['tests/browsers/**/*.browsers.test.ts'],
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'smoke',
          environment: 'node',
          include: ['tests/browsers/smoke.test.ts'],
          globalSetup: ['tests/support/serve-built-app.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'soak',
          environment: 'node',
          include: ['tests/soak/**/*.soak.test.ts'],
          globalSetup: ['tests/support/serve-built-app.ts'],
          fileParallelism: false,
          testTimeout: 900_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          ...ON_BUILT_PAGE,
          name: 'foreign',
          include: ['tests/foreign/**/*.foreign.test.ts'],
          fileParallelism: false,
        },
      },
    ],
  },
});
