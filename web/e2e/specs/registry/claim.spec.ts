import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aNoiseMeter } from '../../raise';

test.use({ allowed: [/(404|409|410|422) .*\/api\/v1\/device_claims/] });

test('a label is printed for a device, and whoever has its code gets the credential once', async ({
  page,
  api,
  browser,
  baseURL,
}) => {
  const { device } = await aNoiseMeter(api, '등록 코드 시험');
  await page.goto(`/registry/devices/${device.id}`);
  await expectPage(page, device.name);
  await page.getByRole('button', { name: '등록 코드 발급' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '등록 코드 발급' }).click();
  const label = page.getByRole('dialog', { name: '장치 라벨' });
  await expect(label.getByRole('img', { name: /QR/ })).toBeVisible();
  await expectAccessible(page);
  const code = (await label.locator('code').textContent()) ?? '';
  expect(code).toMatch(/^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);

  // An installer with a telephone, who is not signed in.
  const phone = await browser.newContext({
    baseURL,
    locale: 'ko-KR',
    storageState: { cookies: [], origins: [] },
    viewport: { width: 390, height: 844 },
  });
  const field = await phone.newPage();
  await field.goto(`/claim#${code}`);
  await expect(field.getByLabel('등록 코드')).toHaveValue(code);
  await expectAccessible(field);
  await field.getByRole('button', { name: '인증 정보 받기' }).click();
  await expect(field.getByText(device.name)).toBeVisible();
  await expect(field.getByText(`sandan/v1/${device.key}/readings`)).toBeVisible();
  await expect(field.getByRole('button', { name: '복사' })).toHaveCount(3);
  const overflow = await field.evaluate(
    () => document.documentElement.scrollWidth - window.innerWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await expectAccessible(field);
  await phone.close();

  // It works once.
  await page.goto(`/claim#${code}`);
  await page.getByRole('button', { name: '인증 정보 받기' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await expect(page.getByText(`sandan/v1/${device.key}/readings`)).toBeHidden();
});

test('an address that was cut still shows the page', async ({ page }) => {
  await page.goto('/claim#%');
  await expect(page.getByLabel('등록 코드')).toHaveValue('%');
});
