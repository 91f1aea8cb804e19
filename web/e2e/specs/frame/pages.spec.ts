import { expect, expectAccessible, expectPage, paint, test } from '../../fixtures';

const PAGES = [
  ['/', '한눈에 보기'],
  ['/control', '관제'],
  ['/control/alarms', '경보 목록'],
  ['/control/rules', '경보 규칙'],
  ['/control/commands', '제어 명령'],
  ['/energy/today', '오늘의 수요'],
  ['/energy/bills', '전기요금'],
  ['/energy/demand', '최대수요'],
  ['/energy/forecast', '부하 예측'],
  ['/energy/anomalies', '이상 탐지'],
  ['/energy/invoices', '청구서 대조'],
  ['/energy/savings', '절감 검증'],
  ['/energy/contracts', '전기 계약'],
  ['/data/chart', '차트'],
  ['/data/query', '질의'],
  ['/data/query?tab=sql', '질의'],
  ['/data/rejects', '수신 거부'],
  ['/data/corrections', '보정'],
  ['/data/erasures', '파기'],
  ['/data/sources', '수집원'],
  ['/data/imports', '가져오기'],
  ['/data/imports?tab=readings', '가져오기'],
  ['/registry/complexes', '산업단지'],
  ['/registry/establishments', '기업과 사업장'],
  ['/registry/organisations', '기관과 담당자'],
  ['/registry/organisations?tab=people', '기관과 담당자'],
  ['/registry/devices', '장치'],
  ['/registry/profiles', '장치 프로파일'],
  ['/registry/profiles/new', '새 프로파일'],
  ['/registry/health', '장치 상태'],
  ['/registry/quarantine', '미등록 장치'],
  ['/registry/imports', '단지 정보 가져오기'],
  ['/registry/imports?tab=review', '단지 정보 가져오기'],
  ['/settings/people', '사람과 역할'],
  ['/settings/tokens', 'API 토큰'],
  ['/settings/audit', '감사 기록'],
] as const;

for (const [path, title] of PAGES) {
  test(`${path} is labelled as demonstration, and in light and dark accessible and within its width`, async ({
    page,
  }) => {
    await page.goto(path);
    await expectPage(page, title);
    for (const colours of ['light', 'dark'] as const) {
      await paint(page, colours);
      await expect(page.getByText('시연 데이터', { exact: true })).toBeVisible();
      await expectAccessible(page);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - window.innerWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    }
  });
}

test('every page is reached from the rail', async ({ page }) => {
  await page.goto('/');
  const rail = page.getByRole('navigation', { name: '방' });
  for (const [path, title] of PAGES.filter(([path]) => !/[?]|new$/.test(path))) {
    await rail.locator(`a[href^="${path}"]`).first().click();
    await expectPage(page, title);
  }
});

test('an address that does not exist says so', async ({ page }) => {
  await page.goto('/nowhere');
  await expect(page.getByText('그런 화면이 없습니다')).toBeVisible();
});

test('at 200 % zoom nothing of the top bar or the page is cut off', async ({ page }) => {
  await page.setViewportSize({ width: 640, height: 400 });
  for (const path of ['/', '/control/alarms', '/data/chart', '/registry/devices']) {
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.getByRole('button', { name: '내 계정' })).toBeInViewport({ ratio: 1 });
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - window.innerWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  }
});
