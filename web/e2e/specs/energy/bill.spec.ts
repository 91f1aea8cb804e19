import { readFile } from 'node:fs/promises';
import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 45;

test('a month is billed line by line, and says what is sure and what is not', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '요금 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/bills?contract=${id}`);
  await expectPage(page, '전기요금');
  const bill = page.getByRole('region', { name: '청구 내역' });
  await expect(bill.getByText('아직 끝나지 않은 달입니다')).toBeVisible();
  await expect(bill.getByText('잠정', { exact: true })).toBeVisible();
  await expect(bill.getByTestId('bill-total')).toHaveText(/^[\d,]{5,}원$/);
  const lines = bill.getByRole('table', { name: '요금 내역' });
  for (const name of ['기본요금', '전력량요금', '기후환경요금', '전력산업기반기금', '청구금액']) {
    await expect(lines.getByRole('row', { name }).first()).toBeVisible();
  }
  await expect(lines).toContainText('중간부하 전력량');
  // Every mark names its source, in a tip and below the bill.
  const mark = lines.getByRole('button', { name: /^(미확인|전해 들음) – 출처: / }).first();
  await mark.hover();
  await expect(page.getByRole('tooltip')).toContainText('출처');
  await expect(bill.getByRole('list', { name: '단가와 규칙의 출처' })).toBeVisible();
  await expect(bill.getByRole('list', { name: '알아 둘 것' })).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // The month before, by keyboard, from the table that says the same as the bars.
  const present = await bill.getByRole('heading', { level: 2 }).textContent();
  await page.getByRole('switch', { name: '표로 보기' }).setChecked(true);
  const months = page.getByRole('table', { name: '월별 요금' });
  await months.getByRole('button').first().focus();
  await page.keyboard.press('Enter');
  await expect(bill.getByRole('heading', { level: 2 })).not.toHaveText(present ?? '');
  await expect(page).toHaveURL(/month=20\d\d-\d\d/);

  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'CSV 내려받기' }).click(),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  expect(text).toContain('month,code,name,quantity,unit,rate,won,rule,status,source');
  expect(text).toMatch(/20\d\d-\d\d,basic,기본요금,/);
});

test('on paper there is the bill and nothing else', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '인쇄 시험');
  await someLoad(api, meter, 3);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/bills?contract=${id}`);
  const bill = page.getByRole('region', { name: '청구 내역' });
  await expect(bill).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(bill.getByTestId('bill-total')).toBeVisible();
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByRole('button', { name: '인쇄' })).toBeHidden();
  await expect(page.getByRole('region', { name: '선택요금·계약전력 비교' })).toBeHidden();
});

test('other choices and another contract power are compared, and the cheapest is named', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '비교 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/bills?contract=${id}`);
  const part = page.getByRole('region', { name: '선택요금·계약전력 비교' });
  const table = part.getByRole('table', { name: '선택요금·계약전력 비교' });
  await expect(table.getByRole('row', { name: /고압A/ })).toHaveCount(3);
  await expect(table.getByText('가장 쌈')).toHaveCount(1);
  await expect(table.getByRole('row', { name: /고압A 선택II .*지금/ })).toBeVisible();
  // Month by month: twelve at most, each with its three sums, and who is cheapest.
  const months = part.getByRole('table', { name: '달마다 견주기' });
  await expect(months.getByRole('columnheader')).toHaveText([
    '월',
    '고압A 선택I',
    '고압A 선택II',
    '고압A 선택III',
    '가장 싼 선택',
  ]);
  await expect(months.getByRole('row').last()).toContainText(/^20\d\d년 \d+월[\d,]+/);
  await expect(part.getByRole('img', { name: /고압A 선택I, 고압A 선택II/ })).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await part.getByLabel('견줄 계약전력(kW)').fill('900');
  await part.getByRole('button', { name: '견주기' }).click();
  await expect(page).toHaveURL(/kw=900/);
  await expect(table.getByRole('row', { name: /고압A/ })).toHaveCount(6);
  await expect(table.getByText('가장 쌈')).toHaveCount(1);
  await expect(part.getByRole('status')).toContainText('원을 덜 냈습니다');
  await part.getByRole('switch', { name: '전압이 다른 선택요금도' }).setChecked(true);
  await expect(table.getByRole('row', { name: /고압C 선택III/ })).toHaveCount(2);
});
