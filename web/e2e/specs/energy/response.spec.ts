import { aContract, aMeterOfOurs, type Meter, someLoad } from '../../energy';
import { type Api, expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 80;
const DAY_MS = 86_400_000;
const kst = (back: number) =>
  new Date(Date.now() + 9 * 3_600_000 - back * DAY_MS).toISOString().slice(0, 10);

/** The first of some days that is neither Saturday nor Sunday: no other is called. */
const weekday = (backs: readonly number[]) =>
  backs.map(kst).find((day) => ![0, 6].includes(new Date(`${day}T00:00Z`).getUTCDay())) ?? '';

/** Hours that are high or low, others every day: no mean of days before says anything. */
async function erraticLoad(api: Api, meter: Meter) {
  const rows = Array.from({ length: DAYS }, (_, n) =>
    Array.from({ length: 96 }, (_, slot) => {
      const minutes = (slot + 1) * 15;
      const clock = [Math.floor(minutes / 60), minutes % 60]
        .map((part) => String(part).padStart(2, '0'))
        .join(':');
      const high = (n * 7 + Math.floor(slot / 4) * 3) % 5 < 2;
      return `${kst(DAYS - n)},${clock},${high ? 100 : 20},4,0`;
    }),
  );
  const header = '검침일,시간,순방향 유효전력량(KWH),지상 무효전력량(KVARH),진상 무효전력량(KVARH)';
  await api.importFile(meter.device, `${[header, ...rows.flat()].join('\n')}\n`);
}

test('the verdict comes first, then every method, one day, and what a call came to', async ({
  page,
  api,
}) => {
  const meter = await aMeterOfOurs(api, '수요반응 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/response?contract=${id}`);
  await expectPage(page, '수요반응');
  // One hour of each day stands out at the same time: days before say well what the next will be.
  const verdict = page.getByRole('region', { name: '판정' });
  await expect(verdict.getByText('등록 기준을 통과합니다')).toBeVisible();
  await expect(verdict).toContainText('미확인 5가지');
  const methods = page.getByRole('table', { name: '기준부하 방법별 오차' });
  await expect(methods.getByRole('row')).toHaveCount(9);
  await expect(methods.getByText('통과', { exact: true })).toHaveCount(8);
  await methods.getByRole('button', { name: 'Max(4/5) 당일 조정 보기' }).click();
  await expect(page).toHaveURL(/rules=max_4_5/);
  await expect(page.getByRole('img', { name: /기준부하 [\d,]+ kWh/ })).toBeVisible();
  await expect(page.getByRole('region', { name: '하루의 기준부하와 실제' })).toContainText(
    'Max(4/5) · 당일 조정',
  );
  await expect(page.getByRole('region', { name: '잰 날과 빠진 날' })).toContainText('쟀습니다');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }

  // A call of the last weekday: the page says what it came to.
  await api.send('POST', `/electricity_contracts/${id}/dr_events`, {
    terms: {
      day: weekday([1, 2, 3]),
      first_hour: 9,
      end_hour: 11,
      requested_kw: 10,
      baseline: {
        method: 'mid_6_10',
        ranking: 'by_hour',
        adjustment: 'none',
        exclusions: 'reductions',
      },
      note: '지난 발령',
    },
  });
  await page.reload();
  const calls = page.getByRole('region', { name: '수요반응 발령' });
  const row = calls.getByRole('row', { name: /지난 발령/ });
  await expect(row).toContainText('끝남');
  await row.getByRole('button', { name: '결과' }).click();
  // 25 kWh a quarter of an hour on every day: nothing was reduced.
  const result = calls.getByRole('table', { name: '결과' });
  await expect(result.getByRole('row')).toHaveCount(3);
  await expect(calls.getByText(/요청한 20\.0 kWh의 0\.0 %/)).toBeVisible();
  await expect(calls).toContainText('정산이 아닙니다');
});

test('a call is entered by form, refused where it overlaps, and called off', async ({
  page,
  api,
  allowed,
}) => {
  allowed.push(/409/);
  const meter = await aMeterOfOurs(api, '발령 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  const day = weekday([0, -1, -2]);
  await page.goto(`/energy/response?contract=${id}`);
  const calls = page.getByRole('region', { name: '수요반응 발령' });
  await expect(calls).toContainText('적어 둔 발령이 없습니다');
  const enter = async (note: string) => {
    await calls.getByRole('button', { name: '발령 적기' }).click();
    const form = page.getByRole('dialog', { name: '발령 적기' });
    await expect(form.getByRole('button', { name: '날짜' })).toContainText(day);
    await form.getByLabel('감축 요청 (kW)').fill('50');
    await form.getByRole('textbox', { name: '메모' }).fill(note);
    await form.getByRole('combobox', { name: '시작' }).fill('23');
    await page.getByRole('option', { name: '23시' }).click();
    await form.getByRole('combobox', { name: '끝' }).fill('24');
    await page.getByRole('option', { name: '24시' }).click();
    await form.getByRole('button', { name: '발령 저장' }).click();
    return form;
  };
  await enter('오늘 발령');
  const row = calls.getByRole('row', { name: /오늘 발령/ });
  await expect(row).toContainText('23–24시');
  const refused = await enter('겹친 발령');
  await expect(refused).toContainText('같은 시간에 다른 발령이 있습니다');
  await refused.getByRole('button', { name: '취소' }).click();
  await row.getByRole('button', { name: '발령 취소' }).click();
  const sure = page.getByRole('dialog', { name: '이 발령을 취소합니까?' });
  await sure.getByRole('button', { name: '발령 취소' }).click();
  await expect(row).toContainText('취소됨');
});

test('a plant whose days differ too much is told so before it signs', async ({ page, api }) => {
  const meter = await aMeterOfOurs(api, '탈락 시험');
  await erraticLoad(api, meter);
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/response?contract=${id}`);
  const verdict = page.getByRole('region', { name: '판정' });
  await expect(verdict.getByText('등록하면 탈락합니다')).toBeVisible();
  const methods = page.getByRole('table', { name: '기준부하 방법별 오차' });
  await expect(methods.getByText('탈락', { exact: true })).toHaveCount(8);
  await expect(methods).toContainText('기준을 넘음');
});

test('a meter without values says what to do', async ({ page, api, allowed }) => {
  allowed.push(/422/);
  const meter = await aMeterOfOurs(api, '빈 수요반응 시험');
  const { id } = await aContract(api, meter, meter.name);
  await page.goto(`/energy/response?contract=${id}`);
  await expect(page.getByText('잴 수 있는 평일이 없습니다')).toBeVisible();
});
