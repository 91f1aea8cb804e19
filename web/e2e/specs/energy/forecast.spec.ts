import { readFile } from 'node:fs/promises';
import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';
import { oddLoad } from '../../oddLoad';

const DAYS = 45;
const tomorrow = () => new Date(Date.now() + 33 * 3_600_000).toISOString().slice(0, 10);

test('tomorrow is forecast, with its peak against the billing demand and the model that was chosen', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '예측 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/forecast?contract=${id}`);
  await expectPage(page, '부하 예측');
  const peak = page.getByRole('region', { name: '최대수요 전망' });
  await expect(peak).toContainText(
    /요금적용전력을 넘(길 수 있습니다|기지 않을|길 것으로)|정하는 시간이 없는/,
  );
  await expect(peak).toContainText(/P10 [\d,.]+ kW ~ P90 [\d,.]+ kW/);
  await expect(peak).toContainText('기본요금 단가 8,320원/kW');
  await expect(page.getByRole('region', { name: '어떤 예측인가' })).toContainText(
    /최근 \d+일에 견주어/,
  );
  const chart = page.getByRole('region', { name: '하루 부하 예측' });
  await expect(chart.getByRole('img', { name: /예측과 실제 부하 그래프/ })).toBeVisible();
  await chart.getByRole('switch', { name: '표로 보기' }).setChecked(true);
  const table = chart.getByRole('table', { name: '하루 부하 예측' });
  await expect(table.getByRole('row')).toHaveCount(97);
  await expect(table.getByRole('row', { name: /^03:00/ })).toContainText('안 들어감');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV 내려받기' }).click(),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  expect(text).toContain('day,at,p10_kw,p50_kw,p90_kw,actual_kw,counts');
  // The day before is known in full: what was drawn stands beside what was expected.
  await page.getByRole('button', { name: '앞날' }).click();
  await page.getByRole('button', { name: '앞날' }).click();
  await expect(page).toHaveURL(/day=20\d\d-\d\d-\d\d/);
  await expect(table.getByRole('row', { name: /^14:00/ })).toContainText(/4\d\d\.0/);
});

test('a shutdown that is planned is followed, and can be withdrawn', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '계획 시험');
  await oddLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/forecast?contract=${id}&day=${tomorrow()}`);
  const plan = page.getByRole('region', { name: '가동 계획' });
  const peak = page.getByRole('region', { name: '최대수요 전망' });
  await expect(plan.getByText('이 달에 적힌 계획이 없습니다')).toBeVisible();
  await expect(peak).toContainText('적힌 계획 없음');
  const chosen = plan.locator('td[data-chosen] button');
  await chosen.focus();
  await page.keyboard.press('Enter');
  const form = page.getByRole('dialog', { name: '계획 더하기' });
  await form.getByLabel('사유').fill('보일러 검사');
  await expectAccessible(page);
  await form.getByRole('button', { name: '등록' }).click();
  await expect(page.getByText('계획을 적었습니다')).toBeVisible();
  await expect(peak).toContainText('쉬는 날(일요일·공휴일·휴지)');
  await expect(peak).toContainText('계획: 휴지 · 보일러 검사');
  await expect(plan.locator('td[data-chosen]')).toContainText('휴지');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await plan.getByRole('list', { name: '이 달의 계획' }).getByRole('button').click();
  await expect(page.getByText('계획을 거두었습니다')).toBeVisible();
  await expect(peak).toContainText('적힌 계획 없음');
});

test.describe('without history', () => {
  test.use({ allowed: [/status of 422/] });

  test('a page says how many days it takes', async ({ page, api }) => {
    const meter = await aMeterOfOurs(api, '짧은 예측 시험');
    await someLoad(api, meter, 3);
    const { id } = await aContract(api, meter, meter.name);
    await page.goto(`/energy/forecast?contract=${id}`);
    await expect(
      page.getByText('15분 값이 있는 날이 7일은 있어야 예측할 수 있습니다'),
    ).toBeVisible();
    await page.goto(`/energy/anomalies?contract=${id}`);
    await expect(page.getByText('15분 값이 29일은 이어져야')).toBeVisible();
  });
});
