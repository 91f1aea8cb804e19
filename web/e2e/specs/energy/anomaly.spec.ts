import { aContract, aMeterOfOurs } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';
import { oddLoad } from '../../oddLoad';

const DAYS = 60;

test('a pump that stayed on is told with its cost, judged, and the detector learns from it', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '이상 시험');
  await oddLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/anomalies?contract=${id}`);
  await expectPage(page, '이상 탐지');
  const events = page.getByRole('table', { name: '찾은 일' });
  const row = events.getByRole('row', { name: /꺼지지 않은 부하/ });
  await expect(row).toHaveCount(1);
  await expect(row).toContainText('판정 전');
  // 20 quarters of an hour of 12 kWh more.
  await expect(row).toContainText(/\+2[34]\d\.\d/);
  await row.getByRole('button').click();
  await expect(page).toHaveURL(/event=base_load_on/);
  const event = page.getByRole('region', { name: '고른 일' });
  await expect(event.getByRole('img', { name: /꺼지지 않은 부하: 실제/ })).toBeVisible();
  await expect(event).toContainText(/평균 단가 [\d.]+원\/kWh로 [\d,]+원입니다/);
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  const tuning = page.getByRole('table', { name: '판정으로 배운 기준' });
  const learnt = tuning.getByRole('row', { name: /꺼지지 않은 부하/ });
  await expect(learnt).toContainText('처음 그대로');
  await event.getByLabel('무엇이었나').fill('야간 세척');
  await event.getByRole('button', { name: '아니오, 정상입니다' }).click();
  await expect(page.getByText('판정을 적었습니다')).toBeVisible();
  await expect(row).toContainText('아님');
  await expect(learnt).toContainText('15 % 더 심해야 알림');
  await expect(event.getByLabel('무엇이었나')).toHaveValue('야간 세척');
  // A change of mind: the last word counts.
  await event.getByRole('button', { name: '예, 맞습니다' }).click();
  await expect(row).toContainText('맞음');
  await expect(learnt).toContainText('3 % 덜 심해도 알림');
  await event.getByRole('button', { name: '판정 거두기' }).click();
  await expect(row).toContainText('판정 전');
  await expect(learnt).toContainText('처음 그대로');
});
