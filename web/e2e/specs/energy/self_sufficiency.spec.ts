import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

test('three figures with three names, netting beside them, and a model that says so', async ({
  page,
  api,
}) => {
  const complexes = await api.items<{ id: string; code: string }>('/complexes');
  const first = complexes.find((complex) => complex.code === 'jj1');
  await page.goto(`/energy/self_sufficiency?complex=${first?.id}&pv=100&product=50`);
  await expectPage(page, '자급률·탄소');
  for (const figure of ['역내 발전', '역내 소비', '시간대별 일치', '기간 상계']) {
    await expect(page.getByRole('region', { name: figure, exact: true }).first()).toContainText(
      '%',
    );
  }
  await expect(page.getByText('비교용').first()).toBeVisible();
  const model = page.getByRole('region', { name: '모형 (상한)' });
  await expect(model).toContainText('맑은 하늘 모형');
  await expect(page.getByRole('img', { name: /같은 시간의 발전으로 채웠고/ })).toBeVisible();
  const carbon = page.getByRole('table', { name: '전력 탄소 배출' });
  await expect(carbon).toContainText('0.4173');
  await expect(carbon).toContainText('확인');
  await expect(page.getByTestId('per-tonne')).toContainText('kgCO₂eq/t');
  await expect(page.getByRole('region', { name: '전력 탄소 배출' })).toContainText('미확인');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});

test('a complex without a main meter of its own other than the landlord is told by whom it is measured', async ({
  page,
  api,
}) => {
  const complexes = await api.items<{ id: string; code: string }>('/complexes');
  const second = complexes.find((complex) => complex.code === 'jj2');
  await page.goto(`/energy/self_sufficiency?complex=${second?.id}&purpose=k_ets`);
  await expectPage(page, '자급률·탄소');
  await expect(page.getByText('지식산업센터 건물주 수전').first()).toBeVisible();
  await expect(page.getByText('계수 없음')).toBeVisible();
});
