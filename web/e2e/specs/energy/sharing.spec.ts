import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

interface Level {
  establishment_id: string;
  complex_id: string;
  name: string;
  level: number;
}

test('a tenant grants, is read, sees who read, revokes, and the next request is refused', async ({
  page,
  api,
  allowed,
}) => {
  allowed.push(/status of 403.*shared_readings/);
  const [own] = await api.items<Level>('/sharing_levels');
  expect(own?.level).toBe(4);
  const purpose = `성과 확인 ${Date.now().toString(36)}`;
  await page.goto(`/energy/sharing?site=${own?.establishment_id}`);
  await expectPage(page, '공유');
  const levels = page.getByRole('region', { name: '공유 단계' });
  await expect(levels.getByRole('radio')).toHaveCount(5);
  await expect(levels.getByRole('radio', { name: /4단계/ })).toBeChecked();
  await expect(page.getByText(/차등정보보호\(잡음 섞기\)는 쓰지 않습니다/)).toBeVisible();

  await page.getByRole('button', { name: '새 허락' }).click();
  const form = page.getByRole('dialog', { name: '새 허락' });
  await expect(form.getByRole('combobox', { name: '받는 쪽' })).toHaveValue(/에너지 담당·사업단$/);
  await form.getByRole('textbox', { name: '목적' }).fill(purpose);
  await form.getByRole('button', { name: '허락', exact: true }).click();
  const row = page.getByRole('row', { name: purpose });
  await expect(row).toContainText('열림');
  await expect(row).toContainText('하루');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // The visitor is at the office too: what was granted is read there, and each read is written down.
  await page.getByRole('tab', { name: '받은 허락' }).click();
  const received = page.getByRole('row', { name: purpose });
  await received.getByRole('button', { name: /값 읽기$/ }).click();
  await expect(page.getByRole('region', { name: '읽은 값' })).toBeVisible();
  await page.getByRole('tab', { name: '읽은 기록' }).click();
  const log = page.getByRole('table', { name: '읽은 기록' });
  await expect(log.getByRole('row', { name: /시연 방문자/ }).first()).toContainText('하루');
  await expectAccessible(page);

  await page.getByRole('tab', { name: '허락', exact: true }).click();
  await page
    .getByRole('row', { name: purpose })
    .getByRole('button', { name: /거두기$/ })
    .click();
  const ask = page.getByRole('dialog', { name: '거두기' });
  await ask.getByRole('button', { name: '거두기' }).click();
  await expect(page.getByText(/그동안 1번, 값 \d+개를 읽어 갔습니다/)).toBeVisible();
  await expect(page.getByRole('row', { name: purpose })).toContainText('거둠');
  await page.getByRole('tab', { name: '받은 허락' }).click();
  await page
    .getByRole('row', { name: purpose })
    .getByRole('button', { name: /값 읽기$/ })
    .click();
  await expect(page.getByText('이 허락은 지금 열려 있지 않습니다')).toBeVisible();
});

test('the complex sees sums of large groups, and why others are not published', async ({
  page,
  api,
}) => {
  const [own] = await api.items<Level>('/sharing_levels');
  await page.goto(`/energy/sharing?site=${own?.establishment_id}&tab=complex`);
  await expectPage(page, '공유');
  const table = page.getByRole('table', { name: '단지 합계' });
  await expect(table.getByRole('row', { name: /^KSIC 29/ })).toContainText('9');
  const rest = table.getByRole('row', { name: /^그 밖의 업종/ });
  await expect(rest).toContainText('5곳 미만');
  await expect(rest).toContainText('비공개');
  await expect(rest).toContainText('참여가 5곳이 되지 않습니다.');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});

test('a tenant of a large group sees its own quarter and the quartiles, and no names', async ({
  page,
  api,
}) => {
  test.setTimeout(200_000);
  const sites = await api.items<Level>('/sharing_levels');
  const compared = sites.find(({ level }) => level === 2);
  // The simulator has sent the month in the first seconds; the platform looks each minute.
  await expect
    .poll(
      async () =>
        (
          await api.get<{ count?: number }>(
            `/benchmark?establishment=${compared?.establishment_id}`,
          )
        ).count,
      { timeout: 150_000, intervals: [2_000] },
    )
    .toBe(9);
  await page.goto(`/energy/sharing?site=${compared?.establishment_id}&tab=benchmark`);
  await expectPage(page, '공유');
  const table = page.getByRole('table', { name: '벤치마크' });
  await expect(table.getByRole('row')).toHaveCount(6);
  await expect(table.getByRole('row', { name: /부하율/ })).toContainText(
    /낮은 쪽|가운데보다|높은 쪽/,
  );
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});

test('a tenant sees its place in its industry, or why there is none', async ({ page, api }) => {
  const [own] = await api.items<Level>('/sharing_levels');
  await page.goto(`/energy/sharing?site=${own?.establishment_id}&tab=benchmark`);
  await expectPage(page, '공유');
  // The simulated meters of a test have not counted a whole month.
  await expect(page.getByText('벤치마크가 없습니다')).toBeVisible();
  await expect(page.getByText(/온전히 지낸 달이 끝나고 사흘 뒤에 나옵니다/)).toBeVisible();
  await expectAccessible(page);
});
