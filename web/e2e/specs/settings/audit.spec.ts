import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('a change stands in the ledger, and the chain is intact', async ({ page, api }) => {
  const email = `audit-${Date.now()}@example.kr`;
  const account = await api.send<{ id: string }>('POST', '/accounts', {
    email,
    name: '최감사',
    password: 'a long enough one',
  });
  await page.goto(`/settings/audit?subject=account:${account.id}`);
  await expectPage(page, '감사 기록');
  const row = page.getByRole('row', { name: /account\.create/ });
  await expect(row).toContainText('시연 방문자');
  await row.getByRole('link').click();
  const entry = page.getByRole('dialog', { name: '기록 자세히' });
  await expect(entry).toContainText(account.id);
  await expectAccessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: '무결성 확인' }).click();
  await expect(page.getByRole('status').filter({ hasText: '온전합니다' })).toBeVisible();
});
