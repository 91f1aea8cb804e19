import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

/** Enough for one whole month, whatever the day. */
const DAYS = 70;

test('what a battery saves, when it works, and whether it pays at the prices that are given', async ({
  page,
  api,
  allowed,
}) => {
  allowed.push(/422/);
  const meter = await aMeterOfOurs(api, 'ESS 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/dispatch?contract=${id}`);
  await expectPage(page, 'ESS·태양광');
  // 500 kW of contract: an eighth for two hours.
  await expect(page.getByLabel('용량 (kWh)')).toHaveValue('100');
  await expect(page.getByTestId('dispatch-saving')).toHaveText(/많아야 [\d,]+원 줄어듭니다/);
  await page.getByLabel('용량 (kWh)').fill('400');
  await page.getByLabel('출력 (kW)').fill('200');
  await page.getByRole('button', { name: '계획 세우기' }).click();
  await expect(page).toHaveURL(/kwh=400/);
  const saving = page.getByRole('table', { name: '배터리로 줄어드는 요금' });
  await expect(saving.getByRole('row', { name: /기본요금/ })).toContainText('원');
  const assumes = page.getByRole('list', { name: '가정' }).first();
  await expect(assumes).toContainText('부하를 미리 안다고 보았습니다');
  await expect(assumes).toContainText('부가가치세');
  await expect(page.getByRole('img', { name: /부하는 4\d\d\.\d kW까지/ })).toBeVisible();
  const months = page.getByRole('region', { name: '월별 요금적용전력' });
  await months.getByRole('switch', { name: '표로 보기' }).setChecked(true);
  await expect(months.getByRole('row').nth(1)).toContainText(/20\d\d-\d\d/);

  // The month before is too short for the controller: it says so.
  const run = page.getByRole('region', { name: '제어기로 돌려 보기' });
  await run.getByRole('button', { name: '지난달 돌리기' }).click();
  await expect(run).toContainText('60일에 못 미쳐');

  // No price is shipped: nothing is claimed before prices are given.
  const sizing = page.getByRole('region', { name: '크기별로 본전을 뽑는지' });
  await expect(sizing.getByRole('button', { name: '크기별로 세기' })).toBeDisabled();
  await sizing.getByLabel('배터리 값(원/kWh)').fill('1000');
  await sizing.getByLabel('변환장치 값(원/kW)').fill('1000');
  await sizing.getByLabel('배터리 수명(년)').fill('10');
  await sizing.getByLabel('태양광(kW)').fill('50');
  await sizing.getByLabel('태양광 값(원/kW)').fill('1200000');
  await sizing.getByLabel('태양광 수명(년)').fill('20');
  await sizing.getByRole('button', { name: '크기별로 세기' }).click();
  await expect(sizing.getByTestId('sizing-verdict')).toHaveText('이 값이면 본전을 뽑습니다');
  await expect(sizing.getByTestId('pv-verdict')).toContainText('이것으로 알 수 없습니다');
  await expect(sizing.getByRole('table', { name: '크기별 결과' }).getByRole('row')).toHaveCount(13);
  await expect(sizing).toContainText('맑은 하늘 모형입니다');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await sizing.getByLabel('배터리 값(원/kWh)').fill('90000000');
  await sizing.getByRole('button', { name: '크기별로 세기' }).click();
  await expect(sizing.getByTestId('sizing-verdict')).toHaveText('이 값이면 본전을 뽑지 못합니다');
});

test('a meter without a whole month says what to do', async ({ page, api, allowed }) => {
  allowed.push(/422/);
  const meter = await aMeterOfOurs(api, '빈 ESS 시험');
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/dispatch?contract=${id}`);
  await expect(page.getByText('15분 값이 온전한 달이 없습니다')).toBeVisible();
});
