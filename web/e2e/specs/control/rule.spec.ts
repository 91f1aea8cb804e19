import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('a rule is written with its reasons, found again, and turned off', async ({ page, api }) => {
  const [complex] = await api.items<{ id: string }>('/complexes');
  const name = `시험 규칙 ${Date.now()}`;
  await page.goto(`/control/rules?complex=${complex?.id}`);
  await expectPage(page, '경보 규칙');
  await page.getByRole('button', { name: '새 규칙' }).click();
  const form = page.getByRole('dialog', { name: '새 규칙' });
  await form.getByLabel('이름').fill(name);
  await form.getByRole('combobox', { name: '측정 항목' }).click();
  await page.getByRole('option', { name: '소음도' }).click();
  await form.getByRole('textbox', { name: '한계값' }).fill('119');
  await expect(form.getByRole('button', { name: '저장' })).toBeDisabled();
  await form.getByLabel('원인').fill('공사');
  await form.getByLabel('방치했을 때').fill('민원');
  await form.getByLabel('조치').fill('현장에 전화합니다.');
  await expectAccessible(page);
  await form.getByRole('button', { name: '저장' }).click();
  await expect(form).toBeHidden();

  const row = page.getByRole('row', { name });
  await expect(row).toContainText('소음도');
  await expect(row).toContainText('119 dB(A) 초과');
  await expect(row).toContainText('켜짐');

  await row.getByRole('link', { name }).click();
  const change = page.getByRole('dialog', { name: '규칙 바꾸기' });
  await change.getByRole('switch', { name: '켜기' }).setChecked(false);
  await change.getByRole('button', { name: '저장' }).click();
  await expect(change).toBeHidden();
  await expect(row).toContainText('꺼짐');
});

test('a new complex begins with the default rules that are chosen', async ({ page, api }) => {
  const code = `r${Date.now()}`;
  const complex = await api.send<{ id: string }>('POST', '/complexes', {
    code,
    name: `규칙 시험 ${code}`,
    name_en: `Rules ${code}`,
    kind: 'general',
  });
  await page.goto(`/control/rules?complex=${complex.id}`);
  await expectPage(page, '경보 규칙');
  await expect(page.getByText('경보 규칙이 없습니다')).toBeVisible();
  await page.getByRole('button', { name: '기본 규칙 넣기' }).click();
  const dialog = page.getByRole('dialog', { name: '기본 규칙 넣기' });
  await dialog.getByRole('checkbox', { name: '배터리 부족' }).uncheck();
  await expectAccessible(page);
  await dialog.getByRole('button', { name: /개 넣기/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row', { name: /화재 위험/ })).toBeVisible();
  await expect(page.getByRole('row', { name: /배터리 부족/ })).toBeHidden();

  // What is there is not offered again.
  await page.getByRole('button', { name: '기본 규칙 넣기' }).click();
  await expect(dialog.getByRole('button', { name: '1개 넣기' })).toBeEnabled();
});
