import { expect, expectPage, test } from '../../fixtures';
import { aSensor, raiseAlarm } from '../../raise';

test('the map says that it is a schematic and shows signs of open alarms', async ({
  page,
  api,
}) => {
  const name = `시험 지도 ${Date.now()}`;
  const raised = await raiseAlarm(api, name);
  await page.goto('/control');
  await expectPage(page, '관제');
  await expect(page.getByText('모식도 – 실제 지도가 아닙니다')).toBeVisible();
  await expect(page.locator('.alarm-sign').first()).toBeVisible();
  await raised.end();
});

test('a device chosen by its address shows its latest values and leads to the chart', async ({
  page,
  api,
}) => {
  const { device, point } = await aSensor(api);
  await page.goto(`/control?device=${device.id}`);
  const panel = page.getByRole('region', { name: device.name });
  await expect(panel).toContainText(point.name);
  await expect(panel).toContainText('℃');
  await panel.getByRole('link', { name: '차트 보기' }).click();
  await expectPage(page, '차트');
});
