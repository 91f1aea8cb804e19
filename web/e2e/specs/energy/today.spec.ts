import { ownSite } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

test('the running quarter of an hour, what it may cost, and the month so far', async ({
  page,
  api,
}) => {
  const { establishment, complex } = await ownSite(api);
  const contracts = await api.items<{
    id: string;
    establishment_id?: string;
    terms: { name: string; power_point_id?: string | null };
  }>(`/electricity_contracts?complex=${complex}&establishment=${establishment}&limit=100`);
  const watched = contracts.find((each) => each.terms.power_point_id);
  expect(watched).toBeDefined();
  await page.goto(`/energy/today?contract=${watched?.id}`);
  await expectPage(page, '오늘의 수요');
  const gauge = page.getByRole('region', { name: '지금 흐르는 15분' });
  // The simulator sends power every minute: the end of the quarter can be told once some of it is known.
  await expect(gauge.getByRole('img', { name: /이 15분은 [\d,]+ kW로 끝날 전망/ })).toBeVisible({
    timeout: 45_000,
  });
  await expect(gauge.getByText('요금적용전력', { exact: true })).toBeVisible();
  // With a year of history there is a limit; without one the page says why there is none.
  await expect(gauge.getByText(/^한도\(지금의|개월의 최대수요를 몰라/)).toBeVisible();
  await expect(gauge.getByText(/월 [\d,]+원 × \d+개월/)).toBeVisible();
  await expect(page.getByText(/요금, 지금까지/)).toBeVisible();
  await expect(page.getByRole('link', { name: '비교 보기' })).toBeVisible({ timeout: 30_000 });
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});
