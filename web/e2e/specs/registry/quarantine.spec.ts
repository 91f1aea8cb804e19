import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test('a sender that nobody registered waits, becomes a device, and its readings are taken', async ({
  page,
  api,
  playwright,
  baseURL,
}) => {
  const key = `q${Date.now()}`;
  const [complex] = await api.items<{ id: string }>('/complexes');
  const { token } = await api.send<{ token: string }>('POST', '/tokens', {
    name: `시험 ${key}`,
    role: 'ingest',
    scope: `complex:${complex?.id}`,
  });
  const profile = (await api.items<{ code: string; name: string }>('/device_profiles')).find(
    (each) => each.code === 'demo-noise',
  );
  const sender = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { Authorization: `Bearer ${token}` },
    storageState: undefined,
  });
  const send = () =>
    sender.post('/api/v1/readings', {
      data: {
        device: key,
        readings: [{ point: 'noise', at: new Date().toISOString(), value: 55.5 }],
      },
    });
  expect((await send()).status()).toBe(404);
  // What was seen is written in batches.
  await expect
    .poll(
      async () =>
        (await api.items<{ key: string }>('/quarantined_devices?limit=1000')).map(
          (each) => each.key,
        ),
      { timeout: 50_000 },
    )
    .toContain(key);

  await page.goto(`/registry/quarantine?complex=${complex?.id}`);
  await expectPage(page, '미등록 장치');
  const row = page.getByRole('row', { name: key });
  await expect(row).toContainText('noise');
  await expectAccessible(page);

  // The tester of mappings offers its message.
  await page.goto('/registry/profiles/new');
  await page.getByRole('combobox', { name: '실제로 받은 전문' }).fill(key);
  await page.getByRole('option', { name: new RegExp(key) }).click();
  await expect(page.getByRole('textbox', { name: '시험할 전문' })).toHaveValue(/55\.5/);

  await page.goto(`/registry/quarantine?complex=${complex?.id}`);
  await row.getByRole('button', { name: '장치로 등록' }).click();
  const form = page.getByRole('dialog', { name: `${key} 등록` });
  await form.getByLabel('이름').fill(`입양 시험 ${key}`);
  await form.getByRole('combobox', { name: '장치 프로파일' }).fill(profile?.name ?? '');
  await page.getByRole('option', { name: profile?.name ?? '' }).click();
  await expectAccessible(page);
  await form.getByRole('button', { name: '장치로 등록' }).click();
  await expect(form).toBeHidden();
  await expect(row).toBeHidden();

  expect((await send()).status()).toBe(200);
  await sender.dispose();
  await page.getByText('등록됨', { exact: true }).click();
  await row.getByRole('link', { name: '장치 화면' }).click();
  await expectPage(page, `입양 시험 ${key}`);
  await expect(page.getByRole('row', { name: /소음도/ })).toContainText('55.5');
});
