import { aMeterOfOurs, type Meter, someLoad } from '../../energy';
import { type Api, expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 5;

/** A meter of the tree on a meter of ours. */
async function inTree(api: Api, meter: Meter, terms: Record<string, unknown>) {
  return api.send<{ id: string }>('POST', '/meters', {
    complex_id: meter.complex,
    establishment_id: meter.establishment,
    terms: {
      name: meter.name,
      point_id: meter.points.active_energy,
      from: '2020-01-01',
      ...terms,
    },
  });
}

test('a meter tree with its flow, and a balance with the unexplained rest', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '모계량기 시험');
  const below = await aMeterOfOurs(api, '자계량기 시험');
  await someLoad(api, meter, DAYS);
  await someLoad(api, below, DAYS);
  const main = await inTree(api, meter, { kind: 'main' });
  const sub = await inTree(api, below, { kind: 'sub', parent_id: main.id });
  await inTree(api, meter, {
    name: `면적 배분 ${meter.name}`,
    kind: 'virtual',
    point_id: null,
    parent_id: sub.id,
    formula: { type: 'allocation', of: sub.id, key: 'area', weight: 120 },
  });
  await page.goto(`/energy/meters?complex=${meter.complex}&meter=${main.id}`);
  await expectPage(page, '계량 트리');
  const tree = page.getByRole('table', { name: '계량기' });
  const row = tree.getByRole('row', { name: new RegExp(below.name) }).first();
  await expect(row).toContainText('자계량기');
  await expect(row).toContainText(/\d,\d{3}\.\d/);
  await expect(tree.getByText('면적 배분 120 m²').first()).toBeVisible();
  // Both count the same, so that nothing is left.
  const balance = page.getByRole('table', { name: '수지' });
  await expect(balance.getByRole('row', { name: /^합계/ })).toContainText('0.0 %');
  await expect(page.getByRole('img', { name: /흐름 2개/ })).toBeVisible();
  await page.getByRole('switch', { name: '표로 보기' }).click();
  await expect(page.getByRole('table', { name: '전력 흐름' })).toContainText(below.name);
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});

test('meters of other companies are in the tree, and their values are not', async ({
  page,
  api,
}) => {
  const complexes = await api.items<{ id: string; code: string }>('/complexes');
  const second = complexes.find((complex) => complex.code === 'jj2');
  await page.goto(`/energy/meters?complex=${second?.id}`);
  await expectPage(page, '계량 트리');
  await expect(page.getByText('하위 계량기 12대는 비공개입니다')).toBeVisible();
  const tree = page.getByRole('table', { name: '계량기' });
  await expect(tree.getByText('비공개').first()).toBeVisible();
});

test('an address that names no meter shows no other one', async ({ page, api }) => {
  const complexes = await api.items<{ id: string; code: string }>('/complexes');
  const first = complexes.find((complex) => complex.code === 'jj1');
  const nobody = '00000000-0000-7000-8000-000000000000';
  await page.goto(`/energy/meters?complex=${first?.id}&meter=${nobody}`);
  await expect(page.getByText('찾은 계량기가 없습니다')).toBeVisible();
});

test.describe('a form', () => {
  test.use({ allowed: [/422 .*\/api\/v1\/meters/] });
  test('a meter is entered, and a bad one says at its field what to do', async ({ page, api }) => {
    const meter = await aMeterOfOurs(api, '등록 시험');
    await page.goto(`/energy/meters?complex=${meter.complex}`);
    await expectPage(page, '계량 트리');
    await page.getByRole('button', { name: '계량기 등록' }).click();
    const form = page.getByRole('dialog', { name: '계량기 등록' });
    await form.getByRole('textbox', { name: '이름' }).fill(meter.name);
    await form.getByRole('combobox', { name: '종류' }).click();
    await page.getByRole('option', { name: '배터리(ESS)' }).click();
    const point = form.getByRole('combobox', { name: '15분 전력량 측정점' });
    await point.fill(meter.name);
    await page
      .getByRole('option', { name: new RegExp(meter.name) })
      .first()
      .click();
    await form.getByRole('button', { name: '등록' }).click();
    await expect(form.getByText(/what the battery gives/).first()).toBeVisible();
    await form.getByRole('combobox', { name: '종류' }).click();
    await page.getByRole('option', { name: '모계량기' }).click();
    await expectAccessible(page);
    await form.getByRole('button', { name: '등록' }).click();
    const tree = page.getByRole('table', { name: '계량기' });
    await expect(tree.getByRole('row', { name: new RegExp(meter.name) })).toContainText('모계량기');
  });

  test('a part of a meter is entered, corrected and ended on the page', async ({ page, api }) => {
    const meter = await aMeterOfOurs(api, '나눌 계량기');
    await inTree(api, meter, { kind: 'main' });
    const name = `면적 몫 ${meter.name}`;
    await page.goto(`/energy/meters?complex=${meter.complex}`);
    await expectPage(page, '계량 트리');
    await page.getByRole('button', { name: '계량기 등록' }).click();
    const form = page.getByRole('dialog', { name: '계량기 등록' });
    await form.getByRole('textbox', { name: '이름' }).fill(name);
    const pick = async (field: string, option: string | RegExp) => {
      const box = form.getByRole('combobox', { name: field });
      await box.click();
      if (option instanceof RegExp) await box.fill(meter.name);
      await page.getByRole('option', { name: option }).first().click();
    };
    await pick('종류', '가상(계산)');
    await pick('계산 방법', '한 계량기를 나눈 몫');
    await pick('나눌 계량기', new RegExp(`^${meter.name}`));
    await form.getByRole('spinbutton', { name: '이 몫의 크기' }).fill('120');
    await expectAccessible(page);
    await form.getByRole('button', { name: '등록' }).click();
    const tree = page.getByRole('table', { name: '계량기' });
    const row = tree.getByRole('row', { name: new RegExp(name) });
    await expect(row).toContainText('면적 배분 120 m²');

    await page.getByRole('button', { name: `${name} 고치기` }).click();
    const change = page.getByRole('dialog', { name: '계량기 고치기' });
    await change.getByRole('spinbutton', { name: '이 몫의 크기' }).fill('80');
    await change.getByRole('button', { name: '저장' }).click();
    await expect(row).toContainText('면적 배분 80 m²');

    await page.getByRole('button', { name: `${name} 계량 끝내기` }).click();
    const end = page.getByRole('dialog', { name: `${name} 계량 끝내기` });
    await end.getByRole('button', { name: '계량 끝내기' }).click();
    await expect(page.getByRole('button', { name: `${name} 계량 끝내기` })).toHaveCount(0);
    await expect(page.getByRole('button', { name: `${name} 고치기` })).toBeVisible();
  });
});
