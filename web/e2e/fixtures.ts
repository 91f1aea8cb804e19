import AxeBuilder from '@axe-core/playwright';
import { type APIRequestContext, test as base, expect, type Page } from '@playwright/test';

type Json = Record<string, unknown>;
type StorageState = Awaited<ReturnType<APIRequestContext['storageState']>>;

/** The platform's API with the visitor's session: to lay down what a test needs. */
export class Api {
  constructor(
    private readonly request: APIRequestContext,
    private readonly csrf: string,
  ) {}

  async get<T = Json>(path: string): Promise<T> {
    const answer = await this.request.get(`/api/v1${path}`);
    expect(answer.status(), await answer.text()).toBe(200);
    return (await answer.json()) as T;
  }

  async items<T = Json>(path: string): Promise<T[]> {
    return (await this.get<{ items: T[] }>(path)).items;
  }

  async send<T = Json>(method: 'POST' | 'PATCH', path: string, data: unknown): Promise<T> {
    const headers = { 'X-CSRF-Token': this.csrf };
    const answer = await this.request.fetch(`/api/v1${path}`, { method, headers, data });
    expect(answer.ok(), await answer.text()).toBe(true);
    return (await answer.json()) as T;
  }

  /** Imports an interval file of a meter: looks at it, and keeps it. */
  async importFile(device: string, csv: string): Promise<void> {
    const headers = { 'X-CSRF-Token': this.csrf, 'Content-Type': 'application/octet-stream' };
    const params = { device, file_name: '시험.csv' };
    const url = '/api/v1/interval_imports';
    const seen = await this.request.post(url, { headers, params, data: Buffer.from(csv) });
    expect(seen.ok(), await seen.text()).toBe(true);
    const { id } = (await seen.json()) as { id: string };
    await this.send('POST', `/interval_imports/${id}/commit`, {});
  }
}

interface Fixtures {
  api: Api;
  /** Console messages that this test provokes on purpose. */
  allowed: RegExp[];
  /** Fails the test on any other console error. */
  quiet: undefined;
}

interface WorkerFixtures {
  /** The visitor's cookie: one sign-in for all tests of a worker. */
  visitor: StorageState;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  visitor: [
    async ({ playwright }, use) => {
      const baseURL = process.env.SANDAN_URL ?? 'http://127.0.0.1:8700';
      const request = await playwright.request.newContext({ baseURL });
      const answer = await request.post('/api/v1/session/demo');
      expect(answer.status(), await answer.text()).toBe(200);
      await use(await request.storageState());
      await request.dispose();
    },
    { scope: 'worker' },
  ],
  storageState: async ({ visitor }, use) => use(visitor),
  allowed: [[], { option: true }],
  api: async ({ page }, use) => {
    const session = await page.request.get('/api/v1/session');
    const { csrf } = (await session.json()) as { csrf: string };
    await use(new Api(page.request, csrf));
  },
  quiet: [
    async ({ page, allowed }, use) => {
      const errors: string[] = [];
      const note = (text: string) => {
        if (!allowed.some((pattern) => pattern.test(text))) errors.push(text);
      };
      page.on('console', (message) => {
        if (message.type() === 'error') note(`${message.text()} ${message.location().url}`);
      });
      page.on('pageerror', (error) => note(error.message));
      await page.addInitScript(() => window.localStorage.setItem('sandan.scheme', 'light'));
      await use(undefined);
      expect(errors, 'errors on the console').toEqual([]);
    },
    { auto: true },
  ],
});

/** What was checked whole in light: the same page in dark differs by its colours alone. */
const checked = new WeakMap<Page, string>();

/** The address of a page and how much stands on it. */
async function shape(page: Page): Promise<{ shape: string; dark: boolean }> {
  return page.evaluate(() => ({
    shape: `${window.location.href} ${document.querySelectorAll('*').length}`,
    dark: document.documentElement.dataset.mantineColorScheme === 'dark',
  }));
}

/** No violation of WCAG 2.2 A and AA that a program can find. */
export async function expectAccessible(page: Page) {
  const now = await shape(page);
  const axe = new AxeBuilder({ page });
  if (now.dark && checked.get(page) === now.shape) {
    axe.withRules(['color-contrast', 'link-in-text-block']);
  } else {
    axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  }
  const { violations } = await axe.analyze();
  if (!now.dark) checked.set(page, now.shape);
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join(' | ')}`,
  );
  expect(told).toEqual([]);
}

/** Changes the colours of a page that stands, as another window of the same browser would. */
export async function paint(page: Page, colours: 'light' | 'dark') {
  await page.evaluate((newValue) => {
    const key = 'sandan.scheme';
    window.localStorage.setItem(key, newValue);
    window.dispatchEvent(new StorageEvent('storage', { key, newValue, storageArea: localStorage }));
  }, colours);
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', colours);
}

/** The page's title is there and its first data has come. */
export async function expectPage(page: Page, title: string) {
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  await expect(page.locator('main [role=status]', { hasText: '불러오는 중' })).toHaveCount(0);
}

export { expect };
