import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { raiseAlarm } from '../../raise';

test('an alarm appears by itself, is acknowledged by keyboard, and keeps who and why', async ({
  page,
  api,
}) => {
  const name = `시험 확인 ${Date.now()}`;
  await page.goto('/control');
  await expectPage(page, '관제');
  const queue = page.getByTestId('queue');
  await expect(queue).toBeVisible();

  const raised = await raiseAlarm(api, name);
  const item = queue.getByRole('button', { name });
  await expect(item).toBeVisible();
  await expect(item).toContainText('위험');
  await expect(item).toContainText('미확인');

  await item.focus();
  await page.keyboard.press('a');
  const dialog = page.getByRole('dialog', { name: '확인' });
  await dialog.getByLabel('메모(선택)').fill('현장에서 보았음');
  await page.keyboard.press('Enter');
  await expect(dialog).toBeHidden();
  await expect(item).toContainText('확인됨');

  await item.click();
  const drawer = page.getByRole('dialog', { name: '경보 자세히' });
  await expect(drawer.getByTestId('transitions')).toContainText('현장에서 보았음');
  await expect(drawer.getByTestId('transitions')).toContainText('시연 방문자');
  await expect(drawer).toContainText('시험용 경보이니 확인만 하세요.');
  await expectAccessible(page);
  await raised.end();
});

test('an alarm is shelved with a reason and leaves the queue', async ({ page, api }) => {
  const name = `시험 보류 ${Date.now()}`;
  const raised = await raiseAlarm(api, name);
  await page.goto('/control');
  const item = page.getByTestId('queue').getByRole('button', { name });
  await item.focus();
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: '보류' });
  await dialog.getByLabel('사유').fill('청소 작업 중');
  await dialog.getByRole('button', { name: '보류' }).click();
  await expect(item).toBeHidden();
  await page.getByText(/^보류 \d+$/).click();
  await expect(page.getByTestId('queue').getByRole('button', { name })).toContainText('보류');
  await raised.end();
});

test('the queue is walked with j and k, and the address holds the choice', async ({
  page,
  api,
}) => {
  const first = await raiseAlarm(api, `시험 이동 가 ${Date.now()}`);
  await page.goto('/control');
  const items = page.getByTestId('queue').getByRole('button');
  await expect(items.first()).toBeVisible();
  // Alarms of other tests come and go meanwhile: what counts is that one is chosen, and which.
  const current = page.getByTestId('queue').locator('[aria-current="true"]');
  await expect(async () => {
    await page.keyboard.press('j');
    await expect(current).toHaveCount(1, { timeout: 2_000 });
  }).toPass();
  const id = await current.getAttribute('data-alarm');
  await expect(page).toHaveURL(new RegExp(`alarm=${id}`));
  await first.end();
});

test('the list of alarms shows and exports what is filtered', async ({ page, api }) => {
  const name = `시험 목록 ${Date.now()}`;
  const raised = await raiseAlarm(api, name);
  await page.goto(`/control/alarms?grade=danger&q=${encodeURIComponent(name)}`);
  await expectPage(page, '경보 목록');
  await expect(page.getByRole('table').getByRole('link', { name })).toHaveCount(1);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV 내려받기' }).click();
  expect((await download).suggestedFilename()).toBe('alarms.csv');
  await raised.end();
});
