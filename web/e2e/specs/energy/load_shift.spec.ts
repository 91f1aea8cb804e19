import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, paint, test } from '../../fixtures';

const DAYS = 45;

test('power that is moved to the night is worth won, month by month', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '부하 이동 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/bills?contract=${id}`);
  const part = page.getByRole('region', { name: '부하 이동' });
  await part.getByLabel('옮길 전력(kW)').fill('0');
  await expect(part.getByRole('alert')).toContainText('1에서 1,000,000 kW까지');
  await expect(part.getByRole('button', { name: '계산하기' })).toBeDisabled();
  await part.getByLabel('옮길 전력(kW)').fill('50');
  await part.getByRole('switch', { name: '토·일·공휴일에도' }).setChecked(true);
  await part.getByRole('button', { name: '계산하기' }).click();
  await expect(page).toHaveURL(/shift=50-13-17-22-6-all/);
  await expect(part.getByRole('status')).toContainText(/일 동안 [\d,]+ kWh를 옮겼다면/);
  await expect(part.getByRole('status')).toContainText('덜 냄');
  const months = part.getByRole('table', { name: '달마다 부하 이동의 효과' });
  await expect(months.getByRole('row', { name: /덜 냄/ }).first()).toBeVisible();
  // The peak is at 14:00, so that the billing demand falls by the 50 kW.
  await expect(months).toContainText(/→/);
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});
