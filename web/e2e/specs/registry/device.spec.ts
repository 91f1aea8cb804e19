import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aSensor, sendReading } from '../../raise';

test('a device is found and shows its points with the age of their values', async ({
  page,
  api,
}) => {
  const { device, point } = await aSensor(api);
  await sendReading(api, device, point);
  await page.goto('/registry/devices');
  await expectPage(page, '장치');
  await page.getByLabel('표에서 찾기').fill(device.key);
  await expect(page).toHaveURL(/q=/);
  await page.getByRole('table').getByRole('link', { name: device.name }).first().click();
  await expectPage(page, device.name);
  const row = page.getByRole('row', { name: point.name });
  await expect(row).toContainText('℃');
  await expect(row).toContainText('전');
  await expect(page.getByText(`sandan/v1/${device.key}/readings`)).toBeVisible();
  await expectAccessible(page);
});

test('a device is registered, and its credential is shown once', async ({ page, api }) => {
  const [complex] = await api.items<{ id: string }>('/complexes');
  const key = `test-${Date.now()}`;
  await page.goto(`/registry/devices?complex=${complex?.id}`);
  await page.getByRole('button', { name: '장치 등록' }).click();
  const form = page.getByRole('dialog', { name: '장치 등록' });
  await form.getByLabel('장치 키').fill(key);
  await form.getByLabel('이름').fill(`시험 장치 ${key}`);
  await form.getByRole('button', { name: '등록' }).click();
  await expect(form).toBeHidden();
  await page.getByLabel('표에서 찾기').fill(key);
  await page.getByRole('table').getByRole('link', { name: key }).click();
  await expectPage(page, `시험 장치 ${key}`);
  await page.getByRole('button', { name: '인증 정보 발급' }).click();
  await page.getByRole('button', { name: '새로 발급' }).click();
  await expect(page.getByText('지금 한 번만 보여 줍니다')).toBeVisible();
  await expect(page.getByRole('dialog')).toContainText(key);
});
