import { aContract, aMeterOfOurs } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

test('a contract is written from an invoice: the tariffs in force fill its terms', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '계약 시험');
  const { name: site } = await api.get<{ name: string }>(`/establishments/${meter.establishment}`);
  const name = `시험 수전 ${meter.name}`;
  await page.goto('/energy/contracts');
  await expectPage(page, '전기 계약');
  await page.getByRole('button', { name: '새 계약' }).click();
  const form = page.getByRole('dialog', { name: '새 계약' });
  await expect(form.getByRole('button', { name: '등록' })).toBeDisabled();
  await expect(form.getByText('사업장을 고르세요.')).toBeVisible();
  await form.getByRole('combobox', { name: '사업장' }).fill(site);
  await page.getByRole('option', { name: site, exact: true }).click();
  await form.getByRole('combobox', { name: '유효전력량' }).fill(meter.name);
  await page.getByRole('option', { name: `${meter.name} · 유효전력량` }).click();
  // The reactive counters of the same meter are chosen with it.
  await expect(form.getByRole('combobox', { name: '지상 무효전력량' })).toHaveValue(
    new RegExp(meter.name),
  );
  await form.getByRole('textbox', { name: '계약 이름' }).fill(name);
  const quick = form.getByRole('group', { name: '빠른 입력' });
  await quick.getByRole('combobox', { name: '선택요금' }).click();
  await page.getByRole('option', { name: '고압A 선택II', exact: true }).click();
  await quick.getByLabel('계약전력(kW)').fill('800');
  await quick.getByRole('button', { name: '현행 요금표 따르기' }).click();
  await expect(form.getByRole('group', { name: '조건 1' }).getByLabel('계약전력(kW)')).toHaveValue(
    '800',
  );
  await form.getByRole('button', { name: '등록', exact: true }).click();
  await expect(page.getByText('등록했습니다')).toBeVisible();
  await page.keyboard.press('Escape');
  const row = page.getByRole('row', { name });
  await expect(row).toContainText('산업용(을)');
  await expect(row).toContainText('고압A 선택II');
  await expect(row).toContainText('800');
  await expect(row).toContainText('말일');
});

test('terms that overlap are refused in words before they are sent', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '겹침 시험');
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/contracts?contract=${id}`);
  const form = page.getByRole('dialog', { name: meter.name });
  const first = form.getByRole('group', { name: '조건 1' });
  await expect(first).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await first.getByRole('button', { name: '비우기' }).click();
  await expect(form.getByText('조건의 기간이 겹칩니다')).toBeVisible();
  await expect(form.getByRole('button', { name: '저장' })).toBeDisabled();
  await form.getByRole('button', { name: '조건 1 지우기' }).click();
  await form.getByRole('button', { name: '달 더하기' }).click();
  await form.getByLabel('최대수요 1: kW').fill('612');
  await expect(form.getByText('월과 kW를 적으세요')).toBeVisible();
  await form.getByRole('button', { name: '최대수요 1 지우기' }).click();
  await form.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('저장했습니다')).toBeVisible();
});
