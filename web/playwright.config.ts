import { defineConfig } from '@playwright/test';

// The tests run against a living demonstration: `./dev` starts it with the simulator and sets SANDAN_URL.
export default defineConfig({
  testDir: 'e2e/specs',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  // The machine of a run may be busy: one more try, and the report names the test as flaky.
  retries: 1,
  reporter: [['list']],
  use: {
    baseURL: process.env.SANDAN_URL ?? 'http://127.0.0.1:8700',
    viewport: { width: 1280, height: 800 },
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
    // Recording costs a third of the run: only the second try of a test is recorded.
    trace: 'on-first-retry',
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--use-angle=swiftshader',
        '--enable-unsafe-swiftshader',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
