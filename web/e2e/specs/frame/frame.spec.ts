import { expect, expectPage, test } from '../../fixtures';

test('the palette goes to a page by a part of its name', async ({ page }) => {
  await page.goto('/');
  await expectPage(page, '한눈에 보기');
  await page.keyboard.press('Control+k');
  await page.getByPlaceholder('화면, 장치, 사업장 이름').fill('경보 규');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expectPage(page, '경보 규칙');
});

test('the language changes at once and is remembered', async ({ page }) => {
  await page.goto('/registry/devices');
  await expectPage(page, '장치');
  await page.getByRole('button', { name: '언어' }).click();
  await page.getByRole('menuitem', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
  await page.reload();
  await expect(page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
  await expect(page.locator('html')).toHaveAttribute('lang', 'en');
});

test('the chosen complex stays in the address from page to page', async ({ page, api }) => {
  const [complex] = await api.items<{ id: string; name: string }>('/complexes');
  await page.goto('/');
  await page.getByRole('combobox', { name: '산업단지 고르기' }).click();
  await page.getByRole('option', { name: complex?.name ?? '' }).click();
  await expect(page).toHaveURL(new RegExp(`complex=${complex?.id}`));
  await page
    .getByRole('navigation', { name: '방' })
    .getByRole('link', { name: '장치', exact: true })
    .click();
  await expectPage(page, '장치');
  await expect(page).toHaveURL(new RegExp(`complex=${complex?.id}`));
});
