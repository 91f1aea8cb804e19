import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test('readings are erased after two confirmations, and the record proves it', async ({
  page,
  api,
}) => {
  const { device, point } = await aNoiseMeter(api, '파기 시험');
  const reason = `시험 ${device.key}`;
  await page.goto('/data/erasures');
  await expectPage(page, '파기');
  await page.getByRole('button', { name: '파기 요청' }).click();
  const form = page.getByRole('dialog', { name: '파기 요청' });
  await form.getByRole('combobox', { name: '장치', exact: true }).fill(device.key);
  await page.getByRole('option', { name: new RegExp(device.key) }).click();
  await expect(form.getByRole('button', { name: '다음' })).toBeDisabled();
  await form.getByLabel('사유').fill(reason);
  await expectAccessible(page);
  await form.getByRole('button', { name: '다음' }).click();

  const sure = page.getByRole('dialog', { name: '정말 파기할까요?' });
  await expect(sure).toContainText('측정점 1개의 값 3개를 지웁니다.');
  const erase = sure.getByRole('button', { name: '파기하기' });
  await expect(erase).toBeDisabled();
  await sure.getByLabel('지운 값은 누구도').check();
  await expect(erase).toBeDisabled();
  await sure.getByLabel('확인을 위해').fill('파기');
  await expectAccessible(page);
  await erase.click();

  const proof = page.getByRole('dialog', { name: '파기 증명서' });
  await expect(proof).toContainText(reason);
  await expect(proof).toContainText(`${device.name} · 소음`);
  await expectAccessible(page);
  const download = page.waitForEvent('download');
  await proof.getByRole('button', { name: '증명서 내려받기(JSON)' }).click();
  expect((await download).suggestedFilename()).toMatch(/^erasure-.*\.json$/);
  await proof.getByRole('button', { name: '닫기' }).click();
  await expect(page.getByRole('row', { name: reason })).toContainText('요청');

  const from = new Date(Date.now() - 7_200_000).toISOString();
  const left = await api.items(`/points/${point.id}/readings?from=${from}`);
  expect(left).toEqual([]);
});
