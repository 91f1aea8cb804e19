import { mkdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { expectPage } from '../fixtures';
import {
  COPY,
  DAYS,
  dayOf,
  METER,
  measurePlan,
  NEIGHBOUR,
  PLANT,
  SEED,
  SPARED_FROM,
  sparedCsv,
  steelCsv,
} from './plant';
import { aPlatform, hasSteel, type Platform } from './platform';
import {
  aPerson,
  type Bills,
  type Fitness,
  type Forecast,
  PASSWORD,
  type Person,
  PICTURES,
  picture,
  type Result,
  RRMSE,
  tell,
  whole,
} from './stage';
import { sheetsOf } from './workbook';

// One story in order: a plant moves into an empty complex, reads its year, and shares it.
test.describe.configure({ mode: 'serial' });

const YEAR = 'from=2018-01&to=2018-12';
const CONTRACT_KW = 700;

let platform: Platform;
let manager: Person;
let plant: Person;
let neighbour: Person;
let complex = '';
const sites = new Map<string, string>();
const devices = new Map<string, string>();
let contract = '';

const idOf = (map: ReadonlyMap<string, string>, name: string) => {
  const id = map.get(name);
  if (!id) throw new Error(`there is no ${name}`);
  return id;
};
const steelScope = () => `establishment:${idOf(sites, PLANT)}@${complex}`;
const neighbourScope = () => `establishment:${idOf(sites, NEIGHBOUR)}@${complex}`;

test.skip(!hasSteel(), 'the public data (SANDAN_SHARED) are not here: the show is left out');

test.beforeAll(async () => {
  mkdirSync(PICTURES, { recursive: true });
  platform = await aPlatform(SEED);
  platform.owner(['admin', 'create', '--email', 'manager@show.invalid'], `${PASSWORD}\n`);
});

test.afterAll(async () => {
  for (const person of [manager, plant, neighbour]) await person?.context.close();
  await platform?.stop();
});

test('the plant moves in, and two people get their accounts', async ({ browser }) => {
  manager = await aPerson(browser, platform.url, 'manager@show.invalid');
  const [found] = await manager.api.items<{ id: string }>('/complexes');
  complex = found?.id ?? '';
  for (const site of await manager.api.items<{ id: string; name: string }>('/establishments')) {
    sites.set(site.name, site.id);
  }
  for (const device of await manager.api.items<{ id: string; name: string }>('/devices')) {
    devices.set(device.name, device.id);
  }
  expect([...sites.keys()].sort()).toEqual([PLANT, NEIGHBOUR].sort());
  const people = [
    { email: 'steel@show.invalid', name: '철강 에너지 담당(지어낸 사람)', scope: steelScope() },
    { email: 'neighbour@show.invalid', name: '이웃 담당(지어낸 사람)', scope: neighbourScope() },
  ];
  for (const { scope, ...person } of people) {
    const grants = [{ role: 'energy_manager', scope }];
    await manager.api.send('POST', '/accounts', { ...person, password: PASSWORD, grants });
  }
  plant = await aPerson(browser, platform.url, 'steel@show.invalid');
  neighbour = await aPerson(browser, platform.url, 'neighbour@show.invalid');
});

test('its year of 35,040 quarters of an hour comes in by one upload', async () => {
  const { page } = manager;
  await page.goto(`/data/imports?device=${idOf(devices, METER)}`);
  await expectPage(page, '가져오기');
  await page.getByRole('button', { name: '열 배치 만들기' }).click();
  const form = page.getByRole('dialog', { name: '열 배치 만들기' });
  await form.getByLabel('이름').fill('철강공장 파일');
  await form.getByLabel('날짜(시각) 열 제목').fill('date');
  await form.getByRole('combobox', { name: '날짜 순서' }).click();
  await page.getByRole('option', { name: '일/월/년' }).click();
  await form.getByLabel('유효전력량(kWh) 열 제목').fill('Usage_kWh');
  await form.getByLabel('지상 무효전력량 열 제목').fill('Lagging_Current_Reactive_Power_kVarh');
  await form.getByLabel('진상 무효전력량 열 제목').fill('Leading_Current_Reactive_Power_kVarh');
  await form.getByRole('button', { name: '저장' }).click();
  await expect(form).toBeHidden();
  await page.locator('input[type=file]').setInputFiles({
    name: 'steel_industry_2018.csv',
    mimeType: 'text/csv',
    buffer: steelCsv(),
  });
  const preview = page.getByRole('region', { name: '미리보기' });
  await expect(preview).toContainText('35,040');
  await expect(preview).toContainText('959,640.31 kWh');
  await expect(preview).toContainText('628.7 kW');
  await picture(page, '01-import');
  await preview.getByRole('button', { name: '저장하기' }).click();
  await expect(page.getByRole('status').filter({ hasText: '새 값' })).toContainText('105,120');
});

test('its contract is written down as if the year had been billed by the tariff of today', async () => {
  const { page, api } = plant;
  await page.goto('/energy/contracts?contract=new');
  const form = page.getByRole('dialog', { name: '새 계약' });
  await form.getByRole('combobox', { name: '사업장' }).fill(PLANT);
  await page.getByRole('option', { name: PLANT, exact: true }).click();
  await form.getByRole('combobox', { name: '유효전력량' }).fill(METER);
  await page.getByRole('option', { name: `${METER} · 유효전력량` }).click();
  await form.getByRole('textbox', { name: '계약 이름' }).fill('2018년 사용량, 2026-04-16 요금표');
  await form.getByRole('button', { name: '바뀐 조건 더하기' }).click();
  const row = form.getByRole('group', { name: '조건 1' });
  const choose = async (field: string, option: string | RegExp) => {
    await row.getByRole('combobox', { name: field }).click();
    await page.getByRole('option', { name: option, exact: true }).click();
  };
  await choose('계약종별', '산업용(을)');
  await choose('요금표', /2026-04-16/);
  await choose('선택요금', '고압A 선택II');
  await row.getByLabel('계약전력(kW)').fill(String(CONTRACT_KW));
  await row.getByRole('button', { name: '적용 첫날' }).click();
  await page.getByRole('button', { name: '달 고르기' }).click();
  await page.getByRole('button', { name: '해 고르기' }).click();
  await page.getByRole('button', { name: '지난 10년' }).click();
  await page.getByRole('button', { name: '2018', exact: true }).click();
  await page.getByRole('button', { name: '1월', exact: true }).click();
  await page.getByRole('button', { name: /^1 1월 2018|^1 January 2018/ }).click();
  await picture(page, '02-contract');
  await form.getByRole('button', { name: '등록', exact: true }).click();
  await expect(page.getByText('등록했습니다')).toBeVisible();
  const [kept] = await api.items<{ id: string; terms: { rows: { from: string }[] } }>(
    `/electricity_contracts?complex=${complex}`,
  );
  expect(kept?.terms.rows[0]?.from).toBe('2018-01-01');
  contract = kept?.id ?? '';
});

test('the bill month by month under three choices, and one July alone to the won', async () => {
  const { page, api } = plant;
  await page.goto(`/energy/bills?contract=${contract}&${YEAR}&month=2018-07`);
  await expectPage(page, '전기요금');
  const bill = page.getByRole('region', { name: '청구 내역' });
  await expect(bill.getByRole('heading', { name: '2018년 7월 전기요금' })).toBeVisible();
  await expect(bill.getByRole('list', { name: '알아 둘 것' })).toContainText('2026-04-16');
  const asked = ['hv-a-1', 'hv-a-2', 'hv-a-3'];
  const names = ['고압A 선택I', '고압A 선택II', '고압A 선택III'];
  const path = `/electricity_contracts/${contract}/bills`;
  const offers = await Promise.all(
    asked.map((option) => api.get<Bills>(`${path}?${YEAR}&option=${option}`)),
  );
  const part = page.getByRole('region', { name: '선택요금·계약전력 비교' });
  const table = part.getByRole('table', { name: '달마다 견주기' });
  await expect(table.getByRole('row')).toHaveCount(13);
  for (const [month, july] of offers[0]?.items.entries() ?? []) {
    const row = table.getByRole('row').nth(month + 1);
    const won = offers.map(({ items }) => items[month]?.total_won ?? 0);
    for (const each of won) await expect(row).toContainText(whole(each));
    const least = names[won.indexOf(Math.min(...won))] ?? '';
    await expect(row.getByRole('cell').last()).toHaveText(least);
    expect(july.month).toBe(`2018-${String(month + 1).padStart(2, '0')}`);
  }
  await expect(part.getByRole('img', { name: /12개월의 요금을/ })).toBeVisible();
  await picture(page, '03-bills');
  const sums = offers.map(({ total_won }, n) => `${names[n]} ${whole(total_won)}원`);
  tell(`the year by choice: ${sums.join(', ')}`);

  // July alone, nothing carried over into it, no reactive energy: the reference's bill to the won.
  const [own] = await api.items<{ terms: Record<string, unknown> & { rows: object[] } }>(
    `/electricity_contracts?complex=${complex}`,
  );
  const terms = {
    ...own?.terms,
    name: '7월만 (견줌)',
    lagging_point_id: null,
    leading_point_id: null,
    rows: own?.terms.rows.map((row) => ({ ...row, from: '2018-07-01' })),
  };
  const alone = await api.send<{ id: string }>('POST', '/electricity_contracts', {
    complex_id: complex,
    establishment_id: idOf(sites, PLANT),
    terms,
  });
  const july = await api.get<Bills>(
    `/electricity_contracts/${alone.id}/bills?from=2018-07&to=2018-07`,
  );
  tell(`July alone: ${whole(july.items[0]?.total_won ?? 0)}원`);
  expect(july.items[0]?.total_won).toBe(22_526_930);
});

test('its peaks, and the one that sets the charge', async () => {
  const { page } = plant;
  await page.goto(`/energy/demand?contract=${contract}&${YEAR}`);
  await expectPage(page, '최대수요');
  const months = page.getByRole('table', { name: '달마다 무엇이 기본요금을 정했나' });
  await expect(months.getByRole('row', { name: /2018년 11월/ })).toContainText('628.7');
  await expect(months.getByRole('row', { name: /2018년 7월/ })).toContainText('486.7');
  await picture(page, '04-demand');
});

test('a day as it was forecast, and how far off sixty forecasts were', async () => {
  const { page, api } = plant;
  await page.goto(`/energy/forecast?contract=${contract}&day=2018-12-20`);
  await expectPage(page, '부하 예측');
  await expect(page.getByRole('img', { name: /2018년 12월 20일/ })).toBeVisible();
  await picture(page, '05-forecast');
  // Sixty forecasts of a build that is not optimised take minutes.
  test.setTimeout(900_000);
  let [off, below, count] = [0, 0, 0];
  const forecast = (day: number) =>
    api.get<Forecast>(`/electricity_contracts/${contract}/forecast?day=${dayOf(day)}`);
  for (let day = DAYS - 60; day < DAYS; day += 2) {
    for (const each of await Promise.all([forecast(day), forecast(day + 1)])) {
      for (const [slot, actual] of each.actual_kwh.entries()) {
        expect(actual).not.toBeNull();
        off += Math.abs((each.p50_kwh[slot] ?? 0) - (actual ?? 0));
        below += (actual ?? 0) <= (each.p90_kwh[slot] ?? 0) ? 1 : 0;
        count += 1;
      }
    }
  }
  expect(count).toBe(60 * 96);
  const [mae, covered] = [off / count, (100 * below) / count];
  tell(`forecast, last 60 days: MAE ${mae.toFixed(2)} kWh, P90 covers ${covered.toFixed(1)} %`);
  // The reference: 9.14 for the median of like days, 8.64 for the best of others; 88 to 92 % covered.
  expect(mae).toBeLessThan(8.6);
  expect(covered).toBeGreaterThan(88);
  expect(covered).toBeLessThan(92);
});

test('a battery: what the best plan saves, what a controller keeps, at which price it pays', async () => {
  const { page, api } = plant;
  await page.goto(`/energy/dispatch?contract=${contract}&${YEAR}&kwh=500&kw=250`);
  await expectPage(page, 'ESS·태양광');
  const saving = page.getByTestId('dispatch-saving');
  await expect(saving).toContainText('28,136,372원');
  await expect(saving).toContainText('12.33 %');
  const { target_kw } = await api.get<{ target_kw: number }>(
    `/electricity_contracts/${contract}/dispatch?${YEAR}&capacity_kwh=500&power_kw=250`,
  );
  expect(target_kw).toBeCloseTo(404.3, 1);
  await picture(page, '06-battery-year');

  // The month that the reader looks at is run, not the one before today.
  await page.goto(`/energy/dispatch?contract=${contract}&from=2018-07&to=2018-07&kwh=500&kw=250`);
  const run = page.getByRole('region', { name: '제어기로 돌려 보기' });
  await run.getByRole('button', { name: '2018년 7월 돌리기' }).click();
  const kept = run.getByTestId('dispatch-run');
  await expect(kept).toContainText('2,276,629원');
  tell(`battery: at most 28,136,372원 a year; ${await kept.textContent()}`);

  await page.goto(`/energy/dispatch?contract=${contract}&${YEAR}&kwh=500&kw=250`);
  const sizing = page.getByRole('region', { name: '크기별로 본전을 뽑는지' });
  const verdict = sizing.getByTestId('sizing-verdict');
  const ask = async (won_per_kwh: number) => {
    await sizing.getByLabel('배터리 값(원/kWh)').fill(String(won_per_kwh));
    await sizing.getByLabel('변환장치 값(원/kW)').fill('200000');
    await sizing.getByLabel('배터리 수명(년)').fill('10');
    await sizing.getByRole('button', { name: '크기별로 세기' }).click();
  };
  // Both prices are invented: the platform ships none.
  await ask(150_000);
  await expect(verdict).toHaveText('이 값이면 본전을 뽑습니다');
  await picture(page, '07-battery-pays');
  await ask(3_000_000);
  await expect(verdict).toHaveText('이 값이면 본전을 뽑지 못합니다');
  await picture(page, '08-battery-does-not');
});

test('the market of demand response would refuse the plant, and the page says so', async () => {
  const { page, api } = plant;
  await page.goto(`/energy/response?contract=${contract}&from=2018-03&to=2018-12`);
  await expectPage(page, '수요반응');
  const verdict = page.getByRole('region', { name: '판정', exact: true });
  await expect(verdict).toContainText('등록하면 탈락합니다');
  await expect(verdict).toContainText('8가지 방법 모두 오차(RRMSE)가 30 %를 넘습니다');
  await picture(page, '09-response');
  const found = await api.get<Fitness>(
    `/electricity_contracts/${contract}/dr_fitness?from=2018-03-02&to=2018-12-31`,
  );
  expect([found.passing, found.methods.length]).toEqual([0, 8]);
  for (const { rules, rrmse_percent } of found.methods) {
    const [plain, adjusted] = RRMSE[rules.method] ?? [];
    const golden = rules.adjustment === 'none' ? plain : adjusted;
    expect(rrmse_percent / 100, rules.method).toBeCloseTo(golden ?? 0, 9);
  }
});

test('an invented saving is found again within its uncertainty', async () => {
  const { page, api } = plant;
  const { csv, spared_kwh } = sparedCsv();
  await manager.api.importFile(idOf(devices, COPY), csv);
  const points = await api.items<{ id: string; quantity: string }>(
    `/points?device=${idOf(devices, COPY)}`,
  );
  const active = points.find(({ quantity }) => quantity === 'active_energy');
  const [own] = await api.items<{ terms: Record<string, unknown> }>(
    `/electricity_contracts?complex=${complex}`,
  );
  const made = await api.send<{ id: string }>('POST', '/electricity_contracts', {
    complex_id: complex,
    establishment_id: idOf(sites, PLANT),
    terms: {
      ...own?.terms,
      name: COPY,
      active_point_id: active?.id,
      lagging_point_id: null,
      leading_point_id: null,
    },
  });
  const measure = await api.send<{ id: string }>('POST', '/saving_measures', {
    contract_id: made.id,
    plan: measurePlan(),
  });
  await page.goto(`/energy/savings/${measure.id}`);
  const result = page.getByRole('region', { name: '절감 결과' });
  await expect(result.getByText('지어낸 조치').first()).toBeVisible();
  await expect(result.getByTestId('saving-total')).toHaveText(/[\d,]+ ± [\d,]+ kWh/);
  await picture(page, '10-saving');
  const { now } = await api.get<Result>(`/saving_measures/${measure.id}/result`);
  const at = now.result.intervals.find(({ confidence }) => confidence === 0.9);
  tell(
    `saving since ${SPARED_FROM}: ${whole(now.result.saving_kwh)} ± ${whole(at?.plus_minus_kwh ?? 0)} kWh at 90 %, ${whole(spared_kwh)} were put in`,
  );
  expect(now.result.demonstrated).toBe(true);
  expect(at?.low_kwh).toBeLessThan(spared_kwh);
  expect(at?.high_kwh).toBeGreaterThan(spared_kwh);
});

test('it shares with a neighbour, sees each read, revokes, and the next read is refused', async () => {
  const { page, api } = plant;
  const site = idOf(sites, PLANT);
  await page.goto(`/energy/sharing?site=${site}`);
  await expectPage(page, '공유');
  await api.send('PATCH', `/sharing_levels/${site}`, { version: 0, level: 4 });
  const points = await api.items<{ id: string; quantity: string; device_id: string }>(
    `/points?device=${idOf(devices, METER)}`,
  );
  const active = points.find(({ quantity }) => quantity === 'active_energy');
  const today = new Date(Date.now() + 9 * 3_600_000).toISOString().slice(0, 10);
  const later = new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
  const purpose = '공동 수요반응을 함께 살펴봄';
  const grant = await api.send<{ id: string }>('POST', '/sharing_grants', {
    establishment_id: site,
    terms: {
      recipient: neighbourScope(),
      points: [active?.id],
      quantity: null,
      resolution: 'day',
      purpose,
      from: today,
      until: later,
      values_from: '2018-01-01',
    },
  });
  await page.reload();
  await expect(page.getByRole('row', { name: purpose })).toContainText('열림');
  await picture(page, '11-grant');

  // The neighbour, in a window of its own: what was granted and no contract, no bill, no other meter.
  const theirs = neighbour.page;
  expect(await neighbour.api.items(`/electricity_contracts?complex=${complex}`)).toEqual([]);
  await theirs.goto('/energy/sharing?tab=received');
  await expectPage(theirs, '공유');
  const received = theirs.getByRole('row', { name: purpose });
  await theirs.getByRole('button', { name: '이날까지의 값' }).click();
  await theirs.getByRole('button', { name: '달 고르기' }).click();
  await theirs.getByRole('button', { name: '해 고르기' }).click();
  await theirs.getByRole('button', { name: '지난 10년' }).click();
  await theirs.getByRole('button', { name: '2018', exact: true }).click();
  await theirs.getByRole('button', { name: '11월', exact: true }).click();
  await theirs.getByRole('button', { name: /^30 11월 2018|^30 November 2018/ }).click();
  await received.getByRole('button', { name: /값 읽기$/ }).click();
  const values = theirs.getByRole('region', { name: '읽은 값' });
  const peakDay = await api.get<{ items: { start: string; value: number }[] }>(
    `/points/${active?.id}/readings?from=2018-11-21T15:00:00Z&to=2018-11-22T15:00:00Z&bucket=1d&aggregate=sum&limit=5`,
  );
  const kwh = peakDay.items[0]?.value ?? 0;
  expect(kwh).toBeGreaterThan(1_000);
  const told = kwh.toLocaleString('ko-KR', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  await expect(values.getByRole('row', { name: /2018-11-22/ })).toContainText(`${told} kWh`);
  await picture(theirs, '12-read-by-neighbour');

  await page.getByRole('tab', { name: '읽은 기록' }).click();
  const log = page.getByRole('table', { name: '읽은 기록' });
  await expect(log.getByRole('row', { name: /이웃 담당/ }).first()).toContainText('하루');
  await picture(page, '13-read-log');

  await page.getByRole('tab', { name: '허락', exact: true }).click();
  await page
    .getByRole('row', { name: purpose })
    .getByRole('button', { name: /거두기$/ })
    .click();
  await page
    .getByRole('dialog', { name: '거두기' })
    .getByRole('button', { name: '거두기' })
    .click();
  await expect(page.getByText(/그동안 1번, 값 \d+개를 읽어 갔습니다/)).toBeVisible();
  await received.getByRole('button', { name: /값 읽기$/ }).click();
  await expect(theirs.getByText('이 허락은 지금 열려 있지 않습니다')).toBeVisible();
  await expect(received).toContainText('거둠');
  await picture(theirs, '14-refused');
  const answer = await theirs.request.get(
    `/api/v1/shared_readings?grant=${grant.id}&from=2018-11-01&to=2018-11-30`,
  );
  expect(answer.status()).toBe(403);
});

test('the report of a month leaves as a workbook and on paper, with the sums of the platform', async () => {
  const { page, api } = plant;
  await page.goto(`/energy/reports?contract=${contract}&month=2018-11`);
  await expectPage(page, '보고서');
  const paper = page.getByRole('article', { name: '2018년 11월 전기에너지 보고서', exact: true });
  await expect(paper.getByRole('table', { name: '요금 내역' })).toContainText('청구금액');
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'XLSX 내려받기' }).click(),
  ]);
  await file.saveAs(join(PICTURES, 'report-2018-11.xlsx'));
  const sheets = sheetsOf(await readFile(join(PICTURES, 'report-2018-11.xlsx')));
  const { items } = await api.get<Bills>(
    `/electricity_contracts/${contract}/bills?from=2018-11&to=2018-11`,
  );
  const numbers = (name: string) => (sheets.get(name) ?? []).flat();
  expect(numbers('요약')).toContain(items[0]?.total_won);
  expect(numbers('요금 내역')).toContain(items[0]?.total_won);
  // Every quarter of an hour of November, and their sum: that of the file.
  const slots = (sheets.get('15분 자료') ?? []).filter((row) => typeof row.at(1) === 'number');
  tell(`workbook: ${[...sheets.keys()].join(', ')}; ${slots.length} quarters of an hour`);
  const days = sheets.get('일별 사용량') ?? [];
  const total = days.find((row) => row[0] === '합계')?.filter((cell) => typeof cell === 'number');
  expect(Math.max(...(total ?? []).map(Number))).toBeCloseTo(86_221.21, 1);

  await page.emulateMedia({ media: 'print' });
  const pdf = await page.pdf({
    path: join(PICTURES, 'report-2018-11.pdf'),
    preferCSSPageSize: true,
  });
  expect(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g)).toHaveLength(3);
  await page.emulateMedia({ media: 'screen' });
  await picture(page, '15-report');
});
