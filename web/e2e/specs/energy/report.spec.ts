import { readFile } from 'node:fs/promises';
import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 70;
/** The month before the present one, in Korea. */
const LAST_MONTH = (() => {
  const now = new Date(Date.now() + 9 * 3_600_000);
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 1, 1))
    .toISOString()
    .slice(0, 7);
})();
const KOREAN = `${LAST_MONTH.slice(0, 4)}년 ${Number(LAST_MONTH.slice(5))}월`;
/** Every workbook is a ZIP file. */
const ZIP = 'PK\u0003\u0004';

test('a month lies on paper as it is printed, and leaves as a workbook', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '보고서 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/reports?contract=${id}&month=${LAST_MONTH}`);
  await expectPage(page, '보고서');
  const paper = page.getByRole('article', { name: `${KOREAN} 전기에너지 보고서`, exact: true });
  await expect(paper.getByText('시연 데이터', { exact: true })).toBeVisible();
  await expect(paper.getByText(meter.name)).toBeVisible();
  await expect(paper.getByRole('table', { name: '요금 내역' })).toContainText('청구금액');
  await expect(paper.getByRole('table', { name: '다른 달과 비교' })).toContainText('전년 동월');
  await expect(paper.getByRole('img', { name: /날마다 쓴 전력량/ })).toBeVisible();
  const days = page.getByRole('table', { name: '일별 사용량' });
  await expect(days.getByRole('row')).toHaveCount(
    new Date(Number(LAST_MONTH.slice(0, 4)), Number(LAST_MONTH.slice(5)), 0).getDate() + 2,
  );
  await expect(page.getByRole('list', { name: '알아 둘 것' })).toContainText('미확인');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  const [workbook] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'XLSX 내려받기' }).click(),
  ]);
  expect(workbook.suggestedFilename()).toBe(`monthly-report-${LAST_MONTH}.xlsx`);
  const bytes = await readFile(await workbook.path());
  expect(bytes.subarray(0, 4).toString('latin1')).toBe(ZIP);
  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV 내려받기' }).click(),
  ]);
  const text = await readFile(await csv.path(), 'utf8');
  expect(text).toContain('date,light_kwh,mid_kwh,peak_kwh');
  expect(text).toContain(`${LAST_MONTH}-01,`);

  // On paper: the three sheets and nothing else, on A4.
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByRole('tab').first()).toBeHidden();
  await expect(page.getByRole('button', { name: '인쇄' })).toBeHidden();
  await expect(paper.getByRole('table', { name: '요금 내역' })).toBeVisible();
  const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
  expect(pdf.match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
  // 210 by 297 mm in points, whatever the rounding.
  expect(pdf).toMatch(/\/MediaBox\s*\[\s*0 0 59[45][.\d]* 84[12][.\d]*\]/);
});

test('tonnes that are typed give the kWh and the carbon of a tonne', async ({
  page,
  api,
  allowed,
}) => {
  allowed.push(/409/);
  const meter = await aMeterOfOurs(api, '제품 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/reports?contract=${id}&tab=product`);
  await expectPage(page, '보고서');
  await expect(page.getByText('이 기간에 적어 둔 생산량이 없습니다')).toBeVisible();
  await page.getByRole('button', { name: '생산량 더하기' }).click();
  const form = page.getByRole('dialog', { name: '생산량 더하기' });
  await expect(form.getByRole('button', { name: '저장' })).toBeDisabled();
  await form.getByRole('textbox', { name: '제품' }).fill('강관');
  await form.getByRole('textbox', { name: 'CN·HS 코드' }).fill('7306.30');
  await form.getByRole('textbox', { name: '생산량(t)' }).fill('100');
  await form.getByRole('combobox', { name: '배분 기준' }).click();
  await page.getByRole('option', { name: '적은 비율' }).click();
  await form.getByRole('textbox', { name: '계약 전력량의 비율(%)' }).fill('50');
  await form.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('저장했습니다')).toBeVisible();
  const products = page.getByRole('table', { name: '제품 1톤에 든 전력량과 온실가스' });
  const row = products.getByRole('row', { name: /강관/ });
  await expect(row).toContainText('7306.30');
  await expect(row).toContainText('적은 비율');
  await expect(products.getByRole('row', { name: /나누지 않은 전력량/ })).toContainText('kWh');
  const notes = page.getByRole('list', { name: '알아 둘 것' });
  await expect(notes).toContainText('CBAM 최소 기준(수입자당 연 50 t)은 미확인');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // The same product of the same month is refused in words.
  await page.getByRole('button', { name: '생산량 더하기' }).click();
  await form.getByRole('textbox', { name: '제품' }).fill('강관');
  await form.getByRole('textbox', { name: 'CN·HS 코드' }).fill('7306.30');
  await form.getByRole('textbox', { name: '생산량(t)' }).fill('1');
  await form.getByRole('button', { name: '저장' }).click();
  await expect(form.getByText('그 달에 같은 제품이 이미 있습니다')).toBeVisible();
  await form.getByRole('button', { name: '취소' }).click();

  const [csv] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV 내려받기' }).first().click(),
  ]);
  const text = await readFile(await csv.path(), 'utf8');
  expect(text).toContain('grid_factor_tco2e_per_mwh');
  expect(text).toMatch(/강관,7306\.30,1,100,share,/);

  await page.getByRole('tab', { name: '연간 보고서' }).click();
  await expect(page).toHaveURL(/tab=year/);
  const paper = page.getByRole('article', { name: /에너지사용량\(전기\) 보고서/ });
  await expect(paper.getByRole('table', { name: '월별' }).getByRole('row')).toHaveCount(14);
  await expect(paper.getByRole('list', { name: '알아 둘 것' })).toContainText('신고 서식');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  await page.getByRole('tab', { name: '제품별 원단위(CBAM)' }).click();
  await page.getByRole('button', { name: `${LAST_MONTH} 강관: 지우기` }).click();
  await page
    .getByRole('dialog', { name: '생산량 지우기' })
    .getByRole('button', { name: '지우기' })
    .click();
  await expect(page.getByText('이 기간에 적어 둔 생산량이 없습니다')).toBeVisible();
});

test('a month without values says what to do', async ({ page, api, allowed }) => {
  allowed.push(/404/);
  const meter = await aMeterOfOurs(api, '빈 보고서 시험');
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/reports?contract=${id}&month=${LAST_MONTH}`);
  await expect(page.getByText('이 달의 15분 값이 없습니다')).toBeVisible();
  await expect(page.getByRole('button', { name: 'XLSX 내려받기' })).toBeDisabled();
});
