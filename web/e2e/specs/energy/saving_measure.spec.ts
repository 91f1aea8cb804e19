import { aContract, aMeterOfOurs, aPlan, aSteppedLoad, type Meter } from '../../energy';
import { type Api, expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 120;
const STEP = 50;

interface Measure {
  id: string;
  version: number;
}

async function aMeasure(
  api: Api,
  what: string,
  factor: number,
): Promise<Measure & { meter: Meter }> {
  const meter = await aMeterOfOurs(api, what);
  await aSteppedLoad(api, meter, DAYS, { from: STEP, factor });
  const contract = await aContract(api, meter, meter.name);
  const plan = aPlan(meter.name, DAYS, STEP);
  const body = { contract_id: contract.id, plan };
  return { ...(await api.send<Measure>('POST', '/saving_measures', body)), meter };
}

test('a saving stands with its interval, its gates and its model, and is submitted in plain words', async ({
  page,
  api,
}) => {
  const { id, meter } = await aMeasure(api, '절감 시험', 0.9);
  await page.goto(`/energy/savings/${id}`);
  await expectPage(page, '절감 검증');
  const result = page.getByRole('region', { name: '절감 결과' });
  await expect(result.getByTestId('saving-total')).toHaveText(/^[\d,]+ ± [\d,]+ kWh$/);
  await expect(result.getByText('입증됨', { exact: true })).toBeVisible();
  await expect(result.getByText('작성 중', { exact: true })).toBeVisible();
  // A tenth of the load is gone.
  await expect(result.getByText(/^(9\.[5-9]|10(\.[0-5])?)%$/)).toBeVisible();
  await expect(result).toContainText('한 해보다 짧으면');
  const gates = page.getByRole('table', { name: '검정' });
  await expect(gates.getByText('통과', { exact: true })).toHaveCount(4);
  await expect(gates.getByText('미확인', { exact: true })).toHaveCount(1);
  const model = page.getByRole('region', { name: '기준 모형', exact: true });
  await expect(model).toContainText('‘생산량’ 1 t마다');
  await expect(model).toContainText('일반화 최소제곱법');
  await expect(page.getByRole('img', { name: /조치가 없었다면 .* 절감량 .* ± / })).toBeVisible();
  await expect(page.getByRole('img', { name: /누적 절감량은 .* ± / })).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // An adjustment says its sign, its reason and its evidence.
  await page.getByRole('button', { name: '비일상 조정 더하기' }).click();
  const form = page.getByRole('dialog', { name: '비일상 조정 더하기' });
  await form.getByLabel('기준 사용량에 더할 전력량(kWh)').fill('120');
  await form.getByLabel('이유').fill('야간 교대 시작');
  await form.getByLabel('근거').fill('급여대장');
  await form.getByRole('button', { name: '등록' }).click();
  const adjustments = page.getByRole('region', { name: '비일상 조정' });
  await expect(
    adjustments.getByRole('row', { name: /\+120.*절감량을 키움.*급여대장/ }),
  ).toBeVisible();

  await page.getByRole('button', { name: '제출', exact: true }).click();
  const ask = page.getByRole('dialog', { name: '제출' });
  await expect(ask).toContainText('입력한 변수값, 전기 계약, 다른 조치는 보이지 않습니다');
  await ask.getByRole('button', { name: '제출' }).click();
  await expect(result.getByText('제출됨', { exact: true })).toBeVisible();
  await expect(result).toContainText('에 제출한 수치입니다');
  await expect(result).toContainText('지금 다시 계산해도 같습니다');
  // Who submitted does not sign.
  await expect(page.getByRole('button', { name: '제출 거두기' })).toBeVisible();
  await expect(page.getByRole('button', { name: '확인 서명' })).toHaveCount(0);

  await page.getByRole('link', { name: '모든 조치' }).click();
  const row = page.getByRole('row', { name: meter.name });
  await expect(row).toContainText('제출됨');
  await expect(row).toContainText(/[\d,]+ ± [\d,]+/);
  await expect(row).toContainText('입증됨');

  await page.goto(`/energy/savings/${id}`);
  await expect(result).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(result.getByTestId('saving-total')).toBeVisible();
  await expect(page.getByRole('navigation')).toBeHidden();
  await expect(page.getByRole('link', { name: '모든 조치' })).toBeHidden();
});

test('what is not demonstrated says so and why, beside every figure', async ({ page, api }) => {
  const { id } = await aMeasure(api, '미입증 시험', 1);
  await page.goto(`/energy/savings/${id}`);
  const result = page.getByRole('region', { name: '절감 결과' });
  await expect(result.getByText('입증되지 않음', { exact: true })).toBeVisible();
  await expect(result.getByRole('alert')).toContainText('불확도가 절감량의 50 %를 넘거나');
  await expect(
    page.getByRole('table', { name: '검정' }).getByText('미달', { exact: true }),
  ).toHaveCount(1);
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});

test('what another person submitted is returned with a reason, and signed for by its fingerprint', async ({
  page,
  api,
  playwright,
  baseURL,
}) => {
  const { id, meter } = await aMeasure(api, '서명 시험', 0.9);
  const { token } = await api.send<{ token: string }>('POST', '/tokens', {
    name: `시험 ${meter.name}`,
    role: 'energy_manager',
    scope: `establishment:${meter.establishment}@${meter.complex}`,
  });
  const tenant = await playwright.request.newContext({
    baseURL,
    extraHTTPHeaders: { Authorization: `Bearer ${token}` },
    storageState: undefined,
  });
  const submit = async (version: number) => {
    const answer = await tenant.post(`/api/v1/saving_measures/${id}/submit`, { data: { version } });
    expect(answer.status(), await answer.text()).toBe(200);
  };
  await submit(1);
  await page.goto(`/energy/savings/${id}`);
  const steps = page.getByRole('region', { name: '제출과 서명' });
  await page.getByRole('button', { name: '반려' }).click();
  const form = page.getByRole('dialog', { name: '반려' });
  await form.getByLabel('반려 이유').fill('기준 기간의 증설을 반영하세요');
  await form.getByRole('button', { name: '반려' }).click();
  await expect(steps).toContainText('기준 기간의 증설을 반영하세요');
  await submit(3);
  await page.reload();
  await page.getByRole('button', { name: '확인 서명' }).click();
  const ask = page.getByRole('dialog', { name: '확인 서명' });
  await expect(ask).toContainText('서명한 뒤에는 조치와 수치를 바꿀 수 없습니다');
  await ask.getByRole('button', { name: '확인 서명' }).click();
  const result = page.getByRole('region', { name: '절감 결과' });
  await expect(result.getByText('확인 서명됨', { exact: true })).toBeVisible();
  await expect(steps).toContainText(/수치의 지문\(SHA-256\) [0-9a-f]{64}/);
  await expect(page.getByRole('button', { name: '고치기' })).toHaveCount(0);
  await tenant.dispose();
});

test('a plan is written and put right in the form, which says what is missing', async ({
  page,
  api,
}) => {
  const { id } = await aMeasure(api, '고침 시험', 0.9);
  await page.goto(`/energy/savings/${id}`);
  await page.getByRole('button', { name: '고치기' }).click();
  const form = page.getByRole('dialog');
  await form.getByLabel('조치 이름').fill('');
  await expect(form.getByText('조치 이름을 적으세요.')).toBeVisible();
  await expect(form.getByRole('button', { name: '저장' })).toBeDisabled();
  await form.getByLabel('조치 이름').fill('고친 이름');
  const variable = form.getByRole('group', { name: '변수 1' });
  await expect(variable).toContainText(`값 ${DAYS}개를 읽었습니다`);
  await variable.getByRole('textbox', { name: '값' }).fill('2026-01-01,1\n어제,2');
  await expect(variable).toContainText('2번째 줄을 읽지 못합니다');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await form.getByRole('button', { name: '변수 1 지우기' }).click();
  await form.getByRole('button', { name: '저장' }).click();
  await expect(page.getByRole('heading', { level: 2, name: '고친 이름' })).toBeVisible();
  await expect(page.getByRole('region', { name: '조치와 측정 방법' })).toContainText(
    '독립 변수 없음',
  );

  await page.goto('/energy/savings?new=true');
  const fresh = page.getByRole('dialog', { name: '새 조치' });
  await expect(fresh.getByText('조치 이름을 적으세요.')).toBeVisible();
  await expect(fresh.getByRole('button', { name: '등록' })).toBeDisabled();
});

test('the measure of the demonstration shows its saving with its uncertainty', async ({
  page,
  api,
}) => {
  const complexes = await api.items<{ id: string }>('/complexes');
  const lists = await Promise.all(
    complexes.map(({ id }) =>
      api.items<{ id: string; plan: { name: string } }>(`/saving_measures?complex=${id}`),
    ),
  );
  const name = '냉동·냉장고 단열 보강 (시연)';
  const measure = lists.flat().find(({ plan }) => plan.name === name);
  await page.goto(`/energy/savings/${measure?.id}`);
  const result = page.getByRole('region', { name: '절감 결과' });
  await expect(result.getByRole('heading', { name })).toBeVisible();
  await expect(result.getByText('입증됨', { exact: true })).toBeVisible();
  await expect(result.getByTestId('saving-total')).toHaveText(/^[\d,]+ ± [\d,]+ kWh$/);
  await expect(page.getByText(/시연을 위해 지어낸 조치/)).toBeVisible();
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
});
