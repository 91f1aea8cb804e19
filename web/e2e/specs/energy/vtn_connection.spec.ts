import { aContract, aMeterOfOurs, someLoad } from '../../energy';
import { type Api, expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const DAYS = 40;
const DAY_MS = 86_400_000;

/** The next day that is neither Saturday nor Sunday, at these hours of Korea, as an instant. */
function nextWeekday(hour: number) {
  const days = [2, 3, 4].map((ahead) =>
    new Date(Date.now() + 9 * 3_600_000 + ahead * DAY_MS).toISOString().slice(0, 10),
  );
  const day = days.find((each) => ![0, 6].includes(new Date(`${each}T00:00Z`).getUTCDay())) ?? '';
  return { day, start: new Date(Date.parse(`${day}T00:00:00+09:00`) + hour * 3_600_000) };
}

/** Tokens of both sides of the platform's own server: it is the foreign server of this test. */
async function tokens(api: Api, complex: string, establishment: string) {
  const make = (name: string, role: string, scope: string) =>
    api.send<{ id: string; token: string }>('POST', '/tokens', { name, role, scope });
  const name = `vtn-${Date.now().toString(36)}`;
  const office = await make(`${name}-bl`, 'energy_office', `complex:${complex}`);
  const ven = await make(name, 'energy_manager', `establishment:${establishment}@${complex}`);
  return { name, office: office.token, ven: ven.token, client: ven.id };
}

test('a server is followed: what it asks for is proposed, accepted, changed and taken back', async ({
  page,
  api,
  request,
  baseURL,
}) => {
  // Server and page each look every 10 to 15 seconds.
  test.slow();
  const meter = await aMeterOfOurs(api, '서버 연결 시험');
  await someLoad(api, meter, DAYS);
  const { id } = await aContract(api, meter, meter.name);
  const { name, office, ven, client } = await tokens(api, meter.complex, meter.establishment);
  const server = `${baseURL}/openadr3`;
  const headers = { Authorization: `Bearer ${office}` };
  // What is for a group is seen by its client alone: nothing is proposed to other contracts of the site.
  const named = await request.post(`${server}/vens`, {
    headers,
    data: { clientID: client, venName: `ven-${name}`, targets: [name] },
  });
  expect(named.status(), await named.text()).toBe(201);
  const program = await request.post(`${server}/programs`, {
    headers,
    data: { programName: `시연 ${name}`, targets: [name] },
  });
  expect(program.status()).toBe(201);
  const { id: programID } = (await program.json()) as { id: string };

  await page.goto(`/energy/response?contract=${id}`);
  await expectPage(page, '수요반응');
  const connections = page.getByRole('region', { name: '수요반응 서버 연결' });
  await expect(connections).toContainText('연결이 없습니다');
  await connections.getByRole('button', { name: '서버 연결 추가' }).click();
  const form = page.getByRole('dialog', { name: '서버 연결 추가' });
  const fill = (label: string, value: string) =>
    form.getByRole('textbox', { name: label, exact: true }).fill(value);
  await fill('이름', '시연 사업자');
  await fill('서버 주소', `${server}/`);
  await fill('클라이언트 ID', name);
  await form.getByLabel('클라이언트 비밀값').fill(ven);
  await fill('이쪽 이름(venName)', `ven-${name}`);
  await fill('프로그램', `시연 ${name}`);
  await form.getByLabel('확인 간격(초, 10–3600)').fill('10');
  await form.getByRole('combobox', { name: '부르기' }).click();
  await page.getByRole('option', { name: '켬' }).click();
  await expectAccessible(page);
  await form.getByRole('button', { name: '연결 저장' }).click();
  const row = connections.getByRole('row', { name: /시연 사업자/ });
  await expect(row).toContainText('정상', { timeout: 30_000 });

  const { start } = nextWeekday(14);
  const event = (kw: number) => ({
    programID,
    eventName: '오후 감축',
    targets: [name],
    intervalPeriod: { start: start.toISOString(), duration: 'PT2H' },
    payloadDescriptors: [{ payloadType: 'DISPATCH_SETPOINT_RELATIVE', units: 'KW' }],
    intervals: [{ id: 0, payloads: [{ type: 'DISPATCH_SETPOINT_RELATIVE', values: [kw] }] }],
  });
  const made = await request.post(`${server}/events`, { headers, data: event(-20) });
  expect(made.status()).toBe(201);
  const { id: eventID } = (await made.json()) as { id: string };
  const proposals = page.getByRole('region', { name: '발령 제안' });
  const one = proposals.getByRole('listitem').filter({ hasText: '시연 사업자' });
  await expect(one).toContainText('20 kW 감축', { timeout: 45_000 });
  await expect(one).toContainText('결정 대기');
  for (const colours of ['light', 'dark'] as const) {
    await paint(page, colours);
    await expectAccessible(page);
  }
  await one.getByRole('button', { name: '참여' }).click();
  const accept = page.getByRole('dialog', { name: '이 제안에 참여' });
  await expect(accept.getByLabel('감축 요청 (kW)')).toHaveValue('20');
  await accept.getByRole('textbox', { name: '메모' }).fill('서버 발령');
  await accept.getByRole('button', { name: '참여' }).click();
  const calls = page.getByRole('region', { name: '수요반응 발령' });
  const call = calls.getByRole('row', { name: /서버 발령/ });
  await expect(call).toContainText('14–16시');
  await expect(call).toContainText('예정');

  const changed = await request.put(`${server}/events/${eventID}`, { headers, data: event(-30) });
  expect(changed.status()).toBe(200);
  await expect(one).toContainText('30 kW 감축', { timeout: 45_000 });
  await expect(one).toContainText('앞의 발령이 그대로 있습니다');
  const gone = await request.delete(`${server}/events/${eventID}`, { headers });
  expect(gone.status()).toBe(200);
  await expect(one).toContainText('서버가 거둠', { timeout: 45_000 });
  await page.reload();
  await expect(call).toContainText('취소됨');

  await row.getByRole('button', { name: '지우기' }).click();
  const sure = page.getByRole('dialog', { name: '이 연결을 지웁니까?' });
  await sure.getByRole('button', { name: '지우기' }).click();
  await expect(connections).toContainText('연결이 없습니다');
  expect((await request.delete(`${server}/programs/${programID}`, { headers })).status()).toBe(200);
  const { id: venID } = (await named.json()) as { id: string };
  expect((await request.delete(`${server}/vens/${venID}`, { headers })).status()).toBe(200);
});

test('a host that the operator did not open is refused with what to do', async ({
  page,
  api,
  allowed,
}) => {
  const meter = await aMeterOfOurs(api, '닫힌 서버 시험');
  const { id } = await aContract(api, meter, meter.name);
  allowed.push(/422/);
  await page.goto(`/energy/response?contract=${id}`);
  const connections = page.getByRole('region', { name: '수요반응 서버 연결' });
  await connections.getByRole('button', { name: '서버 연결 추가' }).click();
  const form = page.getByRole('dialog', { name: '서버 연결 추가' });
  const fill = (label: string, value: string) =>
    form.getByRole('textbox', { name: label, exact: true }).fill(value);
  await fill('이름', '닫힌 사업자');
  await fill('서버 주소', 'https://vtn.example/openadr3/');
  await fill('클라이언트 ID', 'ven');
  await form.getByLabel('클라이언트 비밀값').fill('x');
  await fill('이쪽 이름(venName)', '본관');
  await form.getByRole('button', { name: '연결 저장' }).click();
  await expect(form).toContainText('--vtn-hosts vtn.example');
  await expect(connections).toContainText('연결이 없습니다');
});
