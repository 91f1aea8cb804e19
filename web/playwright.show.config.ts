import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

// The show starts a platform of its own and tells one story in order: `./dev show`.
export default defineConfig({
  ...tests,
  testDir: 'e2e/show',
  outputDir: 'test-results/show',
  timeout: 180_000,
  expect: { timeout: 60_000 },
  workers: 1,
  retries: 0,
  use: { ...tests.use, trace: 'off', viewport: { width: 1366, height: 900 } },
});
