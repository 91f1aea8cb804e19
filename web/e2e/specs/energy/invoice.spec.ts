import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 75;

interface Bills {
  items: { month: string; lines: { group: string; won: number | null }[] }[];
}

test('an invoice is pasted, kept, and set line by line against the bill', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '청구서 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  const { items } = await api.get<Bills>(`/electricity_contracts/${id}/bills`);
  const bill = items.at(-2);
  const won = (group: string) =>
    (bill?.lines ?? [])
      .filter((line) => line.group === group)
      .reduce((sum, line) => sum + (line.won ?? 0), 0);
  const month = bill?.month ?? '';
  expect(won('basic')).toBeGreaterThan(0);

  await page.goto(`/energy/invoices?contract=${id}&month=${month}`);
  await expectPage(page, '청구서 대조');
  await expect(page.getByText('이 달의 청구서를 아직 적지 않았습니다')).toBeVisible();
  const form = page.getByRole('region', { name: '청구서', exact: true });
  await expect(form.getByRole('button', { name: '저장하고 견주기' })).toBeDisabled();
  await form
    .getByLabel('붙여 넣기')
    .fill(`기본요금\t${won('basic')}\n전력량요금\t${won('energy') + 123_456}\nTV수신료\t2,500`);
  await form.getByRole('button', { name: '표에 옮기기' }).click();
  await expect(form.getByRole('list', { name: '읽지 못한 줄' })).toContainText('TV수신료');
  await expect(form.getByLabel('기본요금 (원)')).toHaveValue(String(won('basic')));
  await form.getByLabel('부가가치세 (원)').fill('십만');
  await expect(form.getByRole('alert')).toContainText('부가가치세');
  await form.getByLabel('부가가치세 (원)').fill('');
  await form.getByRole('button', { name: '저장하고 견주기' }).click();
  const check = page.getByRole('region', { name: '계산한 요금과 견주기' });
  const lines = check.getByRole('table', { name: '항목별 차이' });
  await expect(lines.getByRole('row', { name: /기본요금/ })).toContainText('맞음');
  const energy = lines.getByRole('row', { name: /전력량요금/ });
  await expect(energy).toContainText('+123,456');
  await expect(energy).toContainText('다름');
  await expect(check.getByText('1개 항목이 다릅니다')).toBeVisible();
  await expect(check).toContainText(/그럴듯한 까닭/);
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // It is typed once: another visit finds it.
  await page.goto(`/energy/invoices?contract=${id}`);
  await page
    .getByRole('navigation', { name: '적어 둔 달' })
    .getByRole('button', { name: month })
    .click();
  await expect(form.getByLabel('기본요금 (원)')).toHaveValue(String(won('basic')));
  await expect(lines.getByRole('row', { name: /기본요금/ })).toContainText('맞음');
  await form.getByRole('button', { name: '청구서 지우기' }).click();
  await page.getByRole('dialog').getByRole('button', { name: '청구서 지우기' }).click();
  await expect(page.getByText('이 달의 청구서를 아직 적지 않았습니다')).toBeVisible();
});
