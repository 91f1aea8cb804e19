import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test.use({ storageState: { cookies: [], origins: [] } });

test.describe('signing in', () => {
  // The browser itself logs an answer of 401; here it is what is tested.
  test.use({ allowed: [/401 .*\/api\/v1\/session/] });

  test('a wrong password is refused in words, and the address typed stays', async ({ page }) => {
    await page.goto('/sign-in');
    await page.getByLabel('이메일').fill('nobody@example.kr');
    await page.getByLabel('비밀번호', { exact: false }).first().fill('not the password');
    await page.getByRole('button', { name: '로그인' }).click();
    await expect(page.getByRole('alert')).toContainText('처리하지 못했습니다');
    await expect(page.getByLabel('이메일')).toHaveValue('nobody@example.kr');
    await expectAccessible(page);
  });

  test('a page asked for without a session comes after the sign-in', async ({ page }) => {
    await page.goto('/settings/audit');
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await page.getByRole('button', { name: '시연으로 둘러보기' }).click();
    await expectPage(page, '감사 기록');
  });
});

test('one click enters the demonstration, which says that it is one', async ({ page }) => {
  await page.goto('/sign-in');
  await expectAccessible(page);
  await page.getByRole('button', { name: '시연으로 둘러보기' }).click();
  await expectPage(page, '한눈에 보기');
  await expect(page.getByText('시연 데이터', { exact: true })).toBeVisible();
  await expect(page.getByText('이 화면의 이름과 값은 모두 지어낸 것입니다')).toBeVisible();
});

test('signing out ends the session', async ({ page }) => {
  await page.goto('/sign-in');
  await page.getByRole('button', { name: '시연으로 둘러보기' }).click();
  await expectPage(page, '한눈에 보기');
  await page.getByRole('button', { name: '내 계정' }).click();
  await page.getByRole('menuitem', { name: '로그아웃' }).click();
  await expect(page.getByRole('heading', { level: 1, name: '로그인' })).toBeVisible();
  const answer = await page.request.get('/api/v1/session');
  expect(answer.status()).toBe(401);
});

test('a set-up that is done sends to the sign-in', async ({ page }) => {
  await page.goto('/setup?token=used');
  await expect(page.getByText('설정이 이미 끝났습니다')).toBeVisible();
  await expectAccessible(page);
});
