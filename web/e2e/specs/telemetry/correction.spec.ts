import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test('readings are corrected after a preview, found in the history, and taken back', async ({
  page,
  api,
}) => {
  const { device } = await aNoiseMeter(api, '보정 시험');
  await page.goto(`/registry/devices/${device.id}`);
  await page.getByRole('row', { name: '소음' }).getByRole('link', { name: '보정' }).click();
  await expectPage(page, '보정');
  const values = page.getByRole('table', { name: '값 바로잡기' });
  await expect(values.getByRole('row')).toHaveCount(4);
  await page.getByRole('button', { name: '기간의 값 3개 모두 보정' }).click();
  const form = page.getByRole('dialog', { name: '소음 보정' });
  await form.getByText('배율·더하기').click();
  await expect(form.getByRole('button', { name: '값 3개 보정' })).toBeDisabled();
  await form.getByLabel('더할 값').fill('5');
  await form.getByLabel('사유').fill('마이크 감도 5 dB 낮음');
  const preview = form.getByRole('table', { name: '미리 보기' });
  await expect(preview.getByRole('row', { name: /60\.00/ })).toContainText('65.00');
  await expect(form).toContainText('평균 50.00 → 55.00');
  await expectAccessible(page);
  await form.getByRole('button', { name: '값 3개 보정' }).click();
  await expect(form).toBeHidden();
  await expect(values.getByRole('row', { name: /65\.00/ })).toContainText('보정됨');

  await page.getByRole('tab', { name: '보정 기록' }).click();
  const history = page.getByRole('table', { name: '보정 기록' });
  const row = history.getByRole('row', { name: /65\.00/ });
  await expect(row).toContainText('적용 중');
  await expect(row).toContainText('마이크 감도 5 dB 낮음');
  await row.getByRole('button', { name: /되돌리기/ }).click();
  const undo = page.getByRole('dialog', { name: '되돌리기' });
  await undo.getByLabel('사유').fill('이 값은 맞았음');
  await undo.getByRole('button', { name: '되돌리기' }).click();
  await expect(undo).toBeHidden();
  await expect(row).toContainText('이 값은 맞았음');
  await expectAccessible(page);
  await page.getByRole('tab', { name: '값 바로잡기' }).click();
  await expect(values.getByRole('row', { name: /60\.00/ })).not.toContainText('보정됨');
});
