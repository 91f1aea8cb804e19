import { expect, expectAccessible, expectPage, test } from '../../fixtures';
import { aMeter } from '../../meter';
import { aNoiseMeter } from '../../raise';

test('a meter is asked over Modbus from a pasted register list, and its value arrives', async ({
  page,
  api,
}) => {
  const { device } = await aNoiseMeter(api, '수집 시험');
  const meter = await aMeter((register) => (register === 52 ? 244 : 0));
  const name = `시험 수집원 ${device.key}`;
  await page.goto('/data/sources');
  await expectPage(page, '수집원');
  await page.getByRole('button', { name: '새 수집원' }).click();
  const form = page.getByRole('dialog', { name: '새 수집원' });
  await form.getByLabel('이름', { exact: false }).first().fill(name);
  await form.getByRole('combobox', { name: '값을 받을 장치' }).fill(device.key);
  await page.getByRole('option', { name: new RegExp(device.key) }).click();
  await form.getByLabel('호스트').fill('127.0.0.1');
  await form.getByLabel('포트').fill(String(meter.port));
  await expect(form.getByRole('button', { name: '등록' })).toBeDisabled();
  await form.getByRole('button', { name: '표에서 붙여 넣기' }).click();
  await form.getByLabel('여기에 붙여 넣으세요').fill('noise\t\t30053\ti16\tABCD\t0.25\t0\t1');
  await form.getByRole('button', { name: '1줄 넣기' }).click();
  const line = form.getByRole('table', { name: '레지스터 목록' });
  await expect(line.getByLabel('1: 함수')).toHaveValue('input');
  await expect(line.getByLabel('1: 레지스터')).toHaveValue('52');
  await expectAccessible(page);
  await form.getByRole('button', { name: '등록' }).click();

  const drawer = page.getByRole('dialog', { name });
  const status = drawer.getByRole('status', { name: '수집 상태' });
  await expect(status).toContainText('수집 중', { timeout: 30_000 });
  await expect
    .poll(async () => (await api.items<{ value: number }>(`/points/latest?device=${device.id}`))[0])
    .toMatchObject({ value: 61 });

  // The meter falls silent: the page says so by itself, in words.
  meter.end();
  await drawer.getByLabel('포트').fill('1');
  await drawer.getByRole('button', { name: '저장' }).click();
  await expect(page.getByText('저장했습니다')).toBeVisible();
  await expect(status).toContainText('실패', { timeout: 30_000 });
  await expect(status).toContainText('127.0.0.1:1');
  await drawer.getByRole('switch', { name: '수집하기' }).setChecked(false);
  await drawer.getByRole('button', { name: '저장' }).click();
  await expect(status).toContainText('꺼짐', { timeout: 30_000 });

  await drawer.getByRole('button', { name: '수집원 지우기' }).click();
  await page
    .getByRole('dialog', { name: '수집원 지우기' })
    .getByRole('button', { name: '수집원 지우기' })
    .click();
  await expect(drawer).toBeHidden();
  await expect(page.getByRole('row', { name })).toBeHidden();
});

test('a station of a public service is wanted, and the page says in words what is missing', async ({
  page,
  api,
}) => {
  const { device } = await aNoiseMeter(api, '공공데이터 시험');
  const name = `시험 에어코리아 ${device.key}`;
  await page.goto('/data/sources?source=new');
  const form = page.getByRole('dialog', { name: '새 수집원' });
  await form.getByLabel('이름', { exact: false }).first().fill(name);
  await form.getByRole('combobox', { name: '값을 받을 장치' }).fill(device.key);
  await page.getByRole('option', { name: new RegExp(device.key) }).click();
  await form.getByRole('combobox', { name: '방식' }).click();
  await page.getByRole('option', { name: '에어코리아(대기질)' }).click();
  await form.getByLabel('측정소·지점').fill('시연측정소');
  // No such variable stands in the server's environment, so nothing is called.
  await form.getByLabel('인증키 환경 변수').fill('SANDAN_OPEN_DATA_ABSENT');
  await form.getByRole('button', { name: '줄 더하기' }).click();
  await form.getByLabel('1: 측정점').fill('noise');
  await expectAccessible(page);
  await form.getByRole('button', { name: '등록' }).click();
  const drawer = page.getByRole('dialog', { name });
  const status = drawer.getByRole('status', { name: '수집 상태' });
  await expect(status).toContainText('실패', { timeout: 30_000 });
  await expect(status).toContainText('SANDAN_OPEN_DATA_ABSENT');
  await drawer.getByRole('button', { name: '수집원 지우기' }).click();
  await page
    .getByRole('dialog', { name: '수집원 지우기' })
    .getByRole('button', { name: '수집원 지우기' })
    .click();
  await expect(drawer).toBeHidden();
});
