import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { Api, expectPage } from '../fixtures';

/** Pictures of every step; kept out of the repository. */
export const PICTURES = process.env.SANDAN_SHOW_PICTURES ?? 'test-results/show-pictures';
export const PASSWORD = 'a long enough password';

/** Won and kWh as the console writes them. */
export const whole = (won: number) => Math.round(won).toLocaleString('ko-KR');

/** Says a measured figure, so that a run tells its story in the terminal too. */
export const tell = (text: string) => process.stdout.write(`    ${text}\n`);

export interface Person {
  context: BrowserContext;
  page: Page;
  api: Api;
}

/** Somebody who enters by the page, with a window of their own. */
export async function aPerson(browser: Browser, baseURL: string, email: string): Promise<Person> {
  const context = await browser.newContext({ baseURL });
  const page = await context.newPage();
  await page.goto('/sign-in');
  await page.getByLabel('이메일').fill(email);
  await page.getByRole('textbox', { name: '비밀번호' }).fill(PASSWORD);
  await page.getByRole('button', { name: '로그인' }).click();
  await expectPage(page, '한눈에 보기');
  const { csrf } = (await (await page.request.get('/api/v1/session')).json()) as { csrf: string };
  return { context, page, api: new Api(page.request, csrf) };
}

export async function picture(page: Page, name: string) {
  await page.waitForLoadState('networkidle');
  await page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage: true });
}

export interface Bills {
  total_won: number;
  items: { month: string; total_won: number; demand: { kw: number } | null }[];
}

export interface Forecast {
  p50_kwh: number[];
  p90_kwh: number[];
  actual_kwh: (number | null)[];
}

export interface Fitness {
  passing: number;
  methods: { rules: { method: string; adjustment: string }; rrmse_percent: number }[];
}
/** The reference's table 4.4: RRMSE, and with the adjustment of the same day. */
export const RRMSE: Record<string, [number, number]> = {
  max_4_5: [0.415_623_687, 0.362_280_517_3],
  mid_6_10: [0.403_317_251_2, 0.354_928_174_8],
  mid_8_10: [0.402_986_342_2, 0.353_757_490_6],
  mean_10: [0.401_848_160_1, 0.351_763_954_6],
};

export interface Result {
  now: {
    result: {
      demonstrated: boolean;
      saving_kwh: number;
      intervals: {
        confidence: number;
        low_kwh: number;
        high_kwh: number;
        plus_minus_kwh: number;
      }[];
    };
  };
}
