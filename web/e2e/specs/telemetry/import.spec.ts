import { expect, expectAccessible, expectPage, test } from '../../fixtures';

const QUARTERS = 96;
const KWH = 12.5;

/** A day of the utility's export: labels name the end of the quarter, the last is 24:00. */
function kepcoDay(day: string): string {
  const rows = Array.from({ length: QUARTERS }, (_, index) => {
    const minutes = (index + 1) * 15;
    const clock = [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0'));
    return `${day},${clock.join(':')},${KWH},1.5,0.5`;
  });
  const header = '검침일,시간,순방향 유효전력량(KWH),지상 무효전력량(KVARH),진상 무효전력량(KVARH)';
  return `${[header, ...rows].join('\n')}\n`;
}

test('an interval file is looked at, kept, and kept only once', async ({ page, api }) => {
  const devices = await api.items<{ id: string; kind: string }>('/devices?limit=500');
  const meter = devices.findLast((device) => device.kind === 'meter');
  // Another day for each run, long before the simulator began.
  const day = new Date(Date.UTC(2015, 0, 1 + (Math.floor(Date.now() / 1_000) % 2_000)));
  const file = {
    name: '시험.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(kepcoDay(day.toISOString().slice(0, 10))),
  };

  await page.goto(`/data/imports?device=${meter?.id}`);
  await expectPage(page, '가져오기');
  const input = page.locator('input[type=file]');
  await input.setInputFiles(file);
  const preview = page.getByRole('region', { name: '미리보기' });
  await expect(preview).toContainText('96');
  await expect(preview).toContainText('1,200.00 kWh');
  await expect(preview).toContainText('50.0 kW');
  await expectAccessible(page);
  await preview.getByRole('button', { name: '저장하기' }).click();
  await expect(page.getByRole('status').filter({ hasText: '새 값' })).toContainText('바뀐 값 0개');
  await expect(page.getByRole('table', { name: '지난 가져오기' })).toContainText('시험.csv');

  await input.setInputFiles(file);
  await page
    .getByRole('region', { name: '미리보기' })
    .getByRole('button', { name: '저장하기' })
    .click();
  await expect(page.getByRole('status').filter({ hasText: '새 값' })).toContainText('새 값 0개');
});

test.describe('a file that is none', () => {
  test.use({ allowed: [/4\d\d .*\/api\/v1\/interval_imports/] });

  test('is refused in words that say what to do', async ({ page, api }) => {
    const devices = await api.items<{ id: string; kind: string }>('/devices?limit=500');
    const meter = devices.find((device) => device.kind === 'meter');
    await page.goto(`/data/imports?device=${meter?.id}`);
    await page
      .locator('input[type=file]')
      .setInputFiles({ name: 'x.csv', mimeType: 'text/csv', buffer: Buffer.from('a,b\n1,2\n') });
    await expect(page.getByRole('alert')).toContainText('처리하지 못했습니다');
    await expect(page.getByRole('region', { name: '미리보기' })).toHaveCount(0);
  });
});
