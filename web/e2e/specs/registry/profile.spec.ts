import { EXAMPLES } from '../../../src/features/registry/profile/examples';
import { expect, expectAccessible, expectPage, test } from '../../fixtures';

interface Tried {
  readings: { point: string }[];
  rejected: unknown[];
  error?: unknown;
}

test('a profile is written from an example, its expression tried while it is typed', async ({
  page,
  api,
}) => {
  const code = `p${Date.now()}`;
  await page.goto('/registry/profiles');
  await expectPage(page, '장치 프로파일');
  await page.getByRole('button', { name: '새 프로파일' }).click();
  await expectPage(page, '새 프로파일');
  await page.getByText('변환식(jq)').click();
  await page.getByRole('combobox', { name: '예시' }).click();
  await page.getByRole('option', { name: /목록/ }).click();
  const outcome = page.getByRole('status', { name: '시험 결과' });
  const readings = outcome.getByRole('table', { name: '시험 결과' });
  await expect(outcome).toContainText('값 3개');
  await expect(readings.getByRole('row', { name: /humidity/ })).toContainText('의심');
  await expectAccessible(page);

  const expression = page.getByRole('textbox', { name: '전문 변환식' });
  const good = await expression.inputValue();
  await expression.fill('.d[]\n| {point: .name, value: .raw');
  await expect(outcome).toContainText('식을 읽을 수 없습니다');
  await outcome.getByRole('button', { name: '2줄 29번째 글자로' }).click();
  await expect(expression).toBeFocused();
  await expression.fill(good.replace('.name', '"t" + .name'));
  await expect(readings).toContainText('프로파일에 없는 키');
  await expression.fill(good);
  await expect(readings).not.toContainText('프로파일에 없는 키');

  await expect(page.getByRole('button', { name: '저장' })).toBeDisabled();
  await page.getByLabel('이름').fill(`시험 ${code}`);
  await page.getByLabel('코드').fill(code);
  await page.getByRole('button', { name: '저장' }).click();
  await expectPage(page, `시험 ${code}`);
  const saved = (await api.items<{ code: string; mapping: string }>('/device_profiles')).find(
    (each) => each.code === code,
  );
  expect(saved?.mapping).toBe(good);
});

test('a metric added to a profile becomes a point of its devices', async ({ page, api }) => {
  const code = `p${Date.now()}`;
  const [complex] = await api.items<{ id: string }>('/complexes');
  const profile = await api.send<{ id: string }>('POST', '/device_profiles', {
    code,
    name: `시험 ${code}`,
    metrics: [{ key: 'noise', quantity: 'noise', kind: 'gauge', expected_interval_s: 60 }],
  });
  const device = await api.send<{ id: string }>('POST', '/devices', {
    complex_id: complex?.id,
    key: code,
    name: `시험 ${code}`,
    kind: 'sensor',
    profile_id: profile.id,
  });
  await page.goto(`/registry/profiles/${profile.id}`);
  await page.getByRole('button', { name: '항목 더하기' }).click();
  const form = page.getByRole('dialog', { name: '항목 더하기' });
  await form.getByRole('combobox', { name: '측정 항목' }).click();
  await page.getByRole('option', { name: /기온/ }).click();
  await expect(form.getByLabel('키')).toHaveValue('temperature');
  await form.getByRole('combobox', { name: '장치가 보내는 단위' }).fill('[degF]');
  await expectAccessible(page);
  await form.getByRole('button', { name: '확인' }).click();
  await expect(form).toBeHidden();
  await expect(page.getByRole('row', { name: /temperature/ })).toContainText('℃');

  // Leaving asks first.
  await page.getByRole('navigation').getByRole('link', { name: '장치 프로파일' }).click();
  const ask = page.getByRole('dialog', { name: '저장하지 않고 나갈까요?' });
  await ask.getByRole('button', { name: '취소' }).click();

  await page.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('저장했습니다')).toBeVisible();
  await page.getByRole('button', { name: '장치 1대에 측정점 더하기' }).click();
  await expect(page.getByText('장치 1대를 살펴 측정점 1개를 더했습니다')).toBeVisible();
  const points = await api.items<{ key: string }>(`/points?device=${device.id}`);
  expect(points.map((point) => point.key).sort()).toEqual(['noise', 'temperature']);
});

test('every example gives the readings of its metrics, and nothing is refused', async ({ api }) => {
  for (const { name, mapping, payload, metrics } of EXAMPLES) {
    const tried = await api.send<Tried>('POST', '/device_profiles/test', { mapping, payload });
    const keys = [...new Set(tried.readings.map((reading) => reading.point))].sort();
    expect([name, tried.error, tried.rejected]).toEqual([name, undefined, []]);
    expect([name, keys]).toEqual([name, metrics.map((metric) => metric.key).sort()]);
  }
});
