import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('a person is registered, given a role, and disabled', async ({ page }) => {
  const email = `test-${Date.now()}@example.kr`;
  await page.goto('/settings/people');
  await expectPage(page, '사람과 역할');
  await page.getByRole('button', { name: '사람 등록' }).click();
  const form = page.getByRole('dialog', { name: '사람 등록' });
  await form.getByLabel('이름').fill('박시험');
  await form.getByLabel('이메일').fill(email);
  await form.locator('input[name=password]').fill('a long enough one');
  await form.getByRole('button', { name: '등록' }).click();

  const panel = page.getByRole('dialog', { name: '박시험' });
  await expect(panel).toContainText(email);
  await panel.getByRole('combobox', { name: '역할' }).click();
  await page.getByRole('option', { name: '관제요원' }).click();
  await panel.getByRole('combobox', { name: '범위' }).click();
  await page.getByRole('option', { name: '전체' }).click();
  await panel.getByRole('button', { name: '역할 주기' }).click();
  await expect(panel.getByRole('button', { name: /역할 거두기/ })).toBeVisible();
  await expectAccessible(page);

  await panel.getByRole('button', { name: '사용 중지' }).click();
  await page
    .getByRole('dialog', { name: '사용 중지' })
    .getByRole('button', { name: '사용 중지' })
    .click();
  await expect(panel.getByRole('button', { name: '다시 사용' })).toBeVisible();
  await page.keyboard.press('Escape');
  await page.getByLabel('표에서 찾기').fill(email);
  await expect(page.getByRole('row', { name: email })).toContainText('사용 중지');
});

test('a token is shown once and revoked', async ({ page }) => {
  const name = `시험 토큰 ${Date.now()}`;
  await page.goto('/settings/tokens');
  await expectPage(page, 'API 토큰');
  await page.getByRole('button', { name: '토큰 만들기' }).click();
  const form = page.getByRole('dialog', { name: '토큰 만들기' });
  await form.getByLabel('이름').fill(name);
  await form.getByRole('combobox', { name: '범위' }).click();
  await page.getByRole('option', { name: '전체' }).click();
  await form.getByRole('button', { name: '만들기' }).click();
  const made = page.getByRole('dialog', { name: '토큰을 만들었습니다' });
  await expect(made).toContainText('sdn_');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: `폐기: ${name}` }).click();
  await page.getByRole('dialog', { name: '폐기' }).getByRole('button', { name: '폐기' }).click();
  await expect(page.getByRole('button', { name: `폐기: ${name}` })).toHaveCount(0);
});
