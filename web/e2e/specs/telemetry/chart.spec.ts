import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aSensor, sendReading } from '../../raise';

test('a point is found by words, drawn, compared and exported', async ({ page, api }) => {
  const { device, point } = await aSensor(api);
  // A reading of our own, so that there is something to draw whatever the simulator does.
  await sendReading(api, device, point);
  await page.goto('/data/chart');
  await expectPage(page, '차트');
  await expect(page.getByText('측정점을 골라 주세요')).toBeVisible();
  await page.getByRole('combobox', { name: '측정점' }).fill(`${device.name} ${point.name}`);
  await page
    .getByRole('option', { name: `${device.name} · ${point.name}` })
    .first()
    .click();
  await page.keyboard.press('Escape');

  await expect(page.getByRole('img', { name: /시간 변화 그래프/ })).toBeVisible();
  await expect(page.getByRole('table', { name: '요약' })).toContainText('℃');
  await expect(page).toHaveURL(new RegExp(`points=${point.id}`));

  await page.getByText('7일', { exact: true }).click();
  await expect(page).toHaveURL(/span=7d/);
  await page.getByRole('combobox', { name: '비교' }).click();
  await page.getByRole('option', { name: '전주' }).click();
  await expect(page.getByRole('table', { name: '요약' })).toContainText('전주');
  await expectAccessible(page);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV 내려받기' }).click();
  expect((await download).suggestedFilename()).toBe('readings.csv');
});

test('a shared address shows a colleague the same chart', async ({ page, api }) => {
  const { point } = await aSensor(api);
  await page.goto(
    `/data/chart?points=${point.id}&from=2026-01-01T00:00:00.000Z&to=2026-01-02T00:00:00.000Z`,
  );
  await expect(page.getByLabel('시작(KST)')).toContainText('2026-01-01 09:00');
  await expect(page.getByText('이 기간에 값이 없습니다')).toBeVisible();
});
