import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('the coverage page shows who sends and who is dark', async ({ page }) => {
  await page.goto('/data/coverage');
  await expectPage(page, '데이터 수신 현황');
  await expect(page.getByRole('status').filter({ hasText: '끊겼습니다' })).toBeVisible();
  const table = page.getByRole('table', { name: '데이터 수신 현황' });
  await expect(table.getByRole('img').first()).toBeVisible();
  await expectAccessible(page);
  await page.getByText('7일', { exact: true }).click();
  await expect(page).toHaveURL(/span=7d/);
  await expect(table.getByRole('img').first()).toBeVisible();
});

test('a refusal says in Korean what to do', async ({ page }) => {
  await page.goto('/data/rejects');
  await expectPage(page, '수신 거부');
  await expect(
    page.getByText('할 일').or(page.getByText('거부된 값이 없습니다')).first(),
  ).toBeVisible();
  await expectAccessible(page);
});
