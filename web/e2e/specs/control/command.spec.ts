import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('a sign is told what to show, and says that it did', async ({ page }) => {
  const text = `훈련 ${Date.now()}`;
  await page.goto('/control/commands');
  await expectPage(page, '제어 명령');
  await page.getByRole('button', { name: '명령 보내기' }).click();
  const form = page.getByRole('dialog', { name: '명령 보내기' });
  await form.getByRole('combobox', { name: '장치' }).click();
  await page
    .getByRole('option', { name: /환경전광판 1/ })
    .first()
    .click();
  await form.getByLabel('표출할 문구').fill(text);
  await form.getByLabel('사유').fill('화학사고 대응 훈련');
  await expectAccessible(page);
  await form.getByRole('button', { name: '명령 보내기' }).click();
  await expect(form).toBeHidden();

  // No reload: the news of the delivery and of the answer come by themselves.
  const row = page.getByRole('row', { name: text });
  await expect(row).toContainText('수행함');
  await expect(row).toContainText(`표출: ${text}`);
  await expect(row).toContainText('화학사고 대응 훈련');
});

test('a command to a device that is not there waits and is taken back', async ({ page, api }) => {
  const [complex] = await api.items<{ id: string }>('/complexes');
  const key = `siren-${Date.now()}`;
  const device = await api.send<{ id: string; name: string }>('POST', '/devices', {
    complex_id: complex?.id,
    key,
    kind: 'other',
    name: `시험 사이렌 ${key}`,
  });
  await page.goto(`/control/commands?complex=${complex?.id}&device=${device.id}`);
  const form = page.getByRole('dialog', { name: '명령 보내기' });
  await expect(form.getByLabel('작동 시간(초)')).toHaveValue('30');
  await form.getByLabel('사유').fill('점검');
  await form.getByRole('button', { name: '명령 보내기' }).click();
  await expect(form).toBeHidden();

  const row = page.getByRole('row', { name: device.name });
  await expect(row).toContainText('30초 켜기');
  await expect(row).toContainText('대기');
  await row.getByRole('button', { name: `${device.name} 명령 취소` }).click();
  await expect(row).toContainText('취소함');
});
