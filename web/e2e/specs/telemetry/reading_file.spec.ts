import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test('a CSV of readings is looked at, sent, and each bad line is named', async ({ page, api }) => {
  const { device, point } = await aNoiseMeter(api, 'CSV 시험');
  const hour = new Date(Date.now() - 7_200_000).toISOString().slice(0, 13);
  const csv = `at,noise,nothing\n${hour}:00:00Z,41.5,1\n${hour}:01:00Z,loud,\n${hour}:02:00Z,43,\n`;
  await page.goto('/data/imports?tab=readings');
  await expectPage(page, '가져오기');
  await page.getByRole('combobox', { name: '장치' }).fill(device.key);
  await page.getByRole('option', { name: new RegExp(device.key) }).click();
  await expect(page.getByText('at,noise', { exact: true })).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({
    name: '시험.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from(csv),
  });
  const preview = page.getByRole('region', { name: '파일 앞부분' });
  await expect(preview).toContainText('장치에 없는 측정점이라 거부됩니다: nothing');
  await expect(preview.getByRole('row')).toHaveCount(4);
  await expectAccessible(page);
  await preview.getByRole('button', { name: '값 보내기' }).click();
  await expect(page.getByRole('status').filter({ hasText: '값 2개를 저장' })).toBeVisible();
  const refused = page.getByRole('table', { name: '거부된 줄' });
  await expect(refused.getByRole('row', { name: /nothing/ })).toContainText('모르는 측정점');
  await expect(refused.getByRole('row', { name: /숫자 아님/ })).toContainText('3');
  await expectAccessible(page);
  const readings = await api.items<{ value: number }>(
    `/points/${point.id}/readings?from=${hour}:00:00Z&to=${hour}:59:00Z`,
  );
  expect(readings.map((reading) => reading.value)).toContain(41.5);
});
