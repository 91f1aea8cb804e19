import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test('a device with an empty battery is among those to look after, and leads to its page', async ({
  page,
  api,
}) => {
  const { device } = await aNoiseMeter(api, '점검 시험');
  await api.send('POST', '/points', {
    device_id: device.id,
    key: 'battery',
    name: '배터리',
    quantity: 'battery',
    unit: '%',
    kind: 'gauge',
    expected_interval_s: 3600,
  });
  await api.send('POST', '/readings', {
    device: device.key,
    readings: [{ point: 'battery', at: new Date().toISOString(), value: 4 }],
  });
  await page.goto('/registry/health');
  await expectPage(page, '장치 상태');
  await page.getByLabel('표에서 찾기').fill(device.key);
  const row = page.getByRole('row', { name: device.name });
  await expect(row).toContainText('4 %');
  await page.getByRole('switch', { name: '손볼 장치만' }).check();
  await expect(page).toHaveURL(/care=true/);
  await expect(row).toBeVisible();
  await expectAccessible(page);
  await row.getByRole('link', { name: device.name }).click();
  await expectPage(page, device.name);
});

test('a calibration is recorded on the page of a device, and taken back', async ({ page, api }) => {
  const { device } = await aNoiseMeter(api, '교정 시험');
  await page.goto(`/registry/devices/${device.id}`);
  await expectPage(page, device.name);
  await page.getByRole('button', { name: '교정 기록 추가' }).click();
  const form = page.getByRole('dialog', { name: '교정 기록 추가' });
  const save = form.getByRole('button', { name: '저장' });
  await form.getByLabel('교정한 곳').fill('시험 교정기관');
  await expect(save).toBeDisabled();
  await form.getByLabel('교정 시각(KST)').click();
  await page.getByRole('button', { name: '지난달' }).click();
  await page.getByRole('button', { name: /^10 / }).first().click();
  await expectAccessible(page);
  await page.getByRole('button', { name: '이 시각으로' }).click();
  await form.getByLabel('유효 기한(KST)').click();
  await page.getByRole('button', { name: '다음 달' }).click();
  await page.getByRole('button', { name: /^10 / }).first().click();
  await page.getByRole('button', { name: '이 시각으로' }).click();
  // While it fades away, the calendar has no contrast.
  await expect(page.getByRole('button', { name: '이 시각으로' })).toHaveCount(0);
  await expectAccessible(page);
  await save.click();
  await expect(form).toBeHidden();
  const list = page.getByRole('table', { name: '교정 기록' });
  await expect(list.getByRole('row', { name: /시험 교정기관/ })).toBeVisible();
  await list.getByRole('button', { name: '시험 교정기관: 무효로' }).click();
  const ask = page.getByRole('dialog', { name: '무효로' });
  await ask.getByRole('button', { name: '무효로' }).click();
  await expect(ask).toBeHidden();
  await expect(list.getByRole('row', { name: /시험 교정기관/ })).toContainText('무효');
  await expect(list.getByRole('button')).toHaveCount(0);
});
