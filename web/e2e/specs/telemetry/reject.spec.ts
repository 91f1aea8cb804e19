import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test('refusals are counted by reason and device, drawn over time, and narrowed by a click', async ({
  page,
  api,
}) => {
  const { device } = await aNoiseMeter(api, '거부 시험');
  const at = new Date().toISOString();
  await api.send('POST', '/readings', {
    device: device.key,
    readings: [
      { point: 'nothing', at, value: 1 },
      { point: 'noise', at, value: 'loud' },
      { point: 'noise', at: '2026-11-26 09:00', value: 1 },
      { point: 'nothing', at, value: 1 },
    ],
  });
  // What was refused is written in batches.
  await expect
    .poll(async () => (await api.items(`/rejects?device=${device.key}`)).length, {
      timeout: 50_000,
    })
    .toBeGreaterThan(2);

  await page.goto(`/data/rejects?device=${device.key}`);
  await expectPage(page, '수신 거부');
  await expect(page.getByRole('img', { name: /거부 건수의 시간 변화/ })).toBeVisible();
  const reasons = page.getByRole('table', { name: '이유' });
  await expect(reasons.getByRole('row', { name: /모르는 측정점/ })).toBeVisible();
  await expect(reasons.getByRole('row', { name: /시각을 못 읽음/ })).toContainText('1');
  await reasons.getByRole('button', { name: '숫자 아님' }).click();
  await expect(page).toHaveURL(/code=not_a_number/);
  const rows = page.getByRole('table', { name: '수신 거부' }).getByRole('row');
  await expect(rows).toHaveCount(2);
  await expect(rows.last()).toContainText('단위나 글자를 빼고 숫자만');
  await expect(page.getByText('모두 1건')).toBeVisible();
  await expectAccessible(page);

  await page.getByRole('button', { name: '숫자 아님 조건 빼기' }).click();
  await expect(page).not.toHaveURL(/code=/);
  await page.getByText('장치별', { exact: true }).click();
  await page.getByRole('button', { name: `${device.name} 조건 빼기` }).click();
  const devices = page.getByRole('table', { name: '장치', exact: true });
  await devices.getByRole('button', { name: device.name }).click();
  await expect(page).toHaveURL(new RegExp(`device=${device.key}`));
});
