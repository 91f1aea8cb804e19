import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 45;

test('the peaks of days, what sets the basic charge, and until when', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '최대수요 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/demand?contract=${id}`);
  await expectPage(page, '최대수요');
  const calendar = page.getByRole('table', { name: /최대수요 달력/ });
  // 106 kWh in a quarter of an hour are 424 kW, the most of any day.
  await expect(calendar.getByRole('cell', { name: /^424/ }).first()).toBeVisible();
  await expect(calendar.getByRole('cell', { name: /요금적용전력을 정함/ }).first()).toBeVisible();
  const months = page.getByRole('table', { name: '달마다 무엇이 기본요금을 정했나' });
  await expect(months.getByRole('row').nth(1)).toContainText(/최대수요/);
  await expect(months).toContainText(/이 달만|까지/);
  await expect(page.getByRole('img', { name: /가장 큰 부하는 424\.0 kW/ })).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await months
    .getByRole('link', { name: /전기요금/ })
    .last()
    .click();
  await expectPage(page, '전기요금');
});

test('a meter without values says what to do', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '빈 계량기 시험');
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/demand?contract=${id}`);
  await expect(page.getByText('이 기간의 15분 값이 없습니다')).toBeVisible();
  await page.goto(`/energy/bills?contract=${id}`);
  await expect(page.getByText('이 기간의 요금이 없습니다')).toBeVisible();
});

test('an address that names no contract shows no other one', async ({ page }) => {
  await page.goto('/energy/bills?contract=00000000-0000-7000-8000-000000000000');
  await expect(page.getByText('찾은 계약이 없습니다')).toBeVisible();
  await expect(page.getByRole('region', { name: '청구 내역' })).toHaveCount(0);
});
