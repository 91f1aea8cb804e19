import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aSensor, sendReading } from '../../raise';

test('a question put together from choices is drawn, listed, saved and opened again', async ({
  page,
  api,
}) => {
  const { device, point } = await aSensor(api);
  await sendReading(api, device, point);
  // Longer than the demonstration has sent for: there is something to fill.
  await page.goto(`/data/query?points=${point.id}&span=7d`);
  await expectPage(page, '질의');
  await expect(page.getByRole('img', { name: /시간 변화 그래프/ })).toBeVisible();
  const values = page.getByRole('table', { name: '질의 결과' });
  await expect(values).toContainText('℃');

  await page.getByRole('combobox', { name: '빈 구간' }).click();
  await page.getByRole('option', { name: '비워 두기' }).click();
  await expect(page).toHaveURL(/fill=(%22)?null/);
  await expect(page.getByText(/채운 값 \d+개는 측정한 값이 아닙니다/)).toBeVisible();
  await expectAccessible(page);

  const name = `시험 ${Date.now()}`;
  await page.getByRole('button', { name: '이름 붙여 저장' }).click();
  await page.getByRole('textbox', { name: '이름' }).fill(name);
  await page.getByRole('button', { name: '저장', exact: true }).click();
  await expect(page.getByText('저장했습니다')).toBeVisible();

  await page.goto('/data/query');
  await expect(page.getByText('무엇을 볼지 골라 주세요')).toBeVisible();
  await page.getByRole('combobox', { name: '저장한 질의' }).click();
  await page.getByRole('option', { name }).click();
  await expect(page).toHaveURL(new RegExp(`points=${point.id}`));
  await expect(page).toHaveURL(/fill=(%22)?null/);
  await page.getByRole('button', { name: '지우기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '지우기' }).click();
  await expect(page.getByText('지웠습니다')).toBeVisible();
});

test.describe('in SQL', () => {
  test.use({ allowed: [/422 .*\/api\/v1\/sql_queries/] });
  test('a question in SQL is answered, exported, and a fault is said with its place', async ({
    page,
    api,
  }) => {
    const { device, point } = await aSensor(api);
    await sendReading(api, device, point);
    await page.goto('/data/query?tab=sql');
    await expectPage(page, '질의');
    const text = page.getByRole('textbox', { name: 'SQL 문장' });
    await text.fill(`SELECT count(*) AS n FROM readings WHERE device_key = '${device.key}'`);
    await page.getByRole('button', { name: '실행' }).click();
    await expect(page.getByRole('table', { name: '질의 결과' })).toContainText(/[1-9]/);
    await expectAccessible(page);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: '전체 CSV' }).click();
    expect((await download).suggestedFilename()).toBe('query.csv');

    await text.fill('SELECT valu FROM readings');
    await text.press('Control+Enter');
    await expect(page.getByRole('alert')).toContainText('line 1, column 8');
  });
});
