import { expect, expectAccessible, expectPage, test } from '../../fixtures';

test.use({ allowed: [/422 .*\/api\/v1\/organisations/] });

test('an organisation and its contact are registered, found again and changed', async ({
  page,
}) => {
  const name = `시험 소방서 ${Date.now()}`;
  await page.goto('/registry/organisations');
  await expectPage(page, '기관과 담당자');
  await page.getByRole('button', { name: '기관 등록' }).click();
  const form = page.getByRole('dialog', { name: '기관 등록' });
  await form.getByLabel('기관').fill(name);
  await form.getByRole('combobox', { name: '종류' }).click();
  await page.getByRole('option', { name: '소방', exact: true }).click();
  await form.getByLabel('전화').fill('없음');
  await form.getByRole('button', { name: '등록' }).click();
  await expect(form.getByRole('alert')).toBeVisible();
  await form.getByLabel('전화').fill('119');
  await expectAccessible(page);
  await form.getByRole('button', { name: '등록' }).click();
  await expect(form).toBeHidden();
  const row = page.getByRole('row', { name });
  await expect(row).toContainText('소방');
  await expect(row.getByRole('link', { name: '119' })).toHaveAttribute('href', 'tel:119');

  await page.getByRole('tab', { name: '담당자' }).click();
  await page.getByRole('button', { name: '담당자 등록' }).click();
  const person = page.getByRole('dialog', { name: '담당자 등록' });
  await person.getByLabel('이름').fill('홍길동');
  await person.getByRole('combobox', { name: '소속' }).fill(name);
  await page.getByRole('option', { name: `기관 · ${name}` }).click();
  await person.getByLabel('맡은 일').fill('당직실');
  await expectAccessible(page);
  await person.getByRole('button', { name: '등록' }).click();
  await expect(person).toBeHidden();
  const contact = page.getByRole('row', { name });
  await expect(contact).toContainText('당직실');

  await contact.getByRole('button', { name: '홍길동: 고치기' }).click();
  const change = page.getByRole('dialog', { name: '담당자 고치기' });
  await change.getByLabel('전화').fill('063-000-0119');
  await change.getByRole('button', { name: '저장' }).click();
  await expect(change).toBeHidden();
  await expect(contact.getByRole('link', { name: '063-000-0119' })).toBeVisible();

  await page.getByRole('tab', { name: '기관' }).click();
  await page.getByRole('row', { name }).getByRole('link', { name: '1', exact: true }).click();
  await expect(page).toHaveURL(/tab=(%22)?people/);
  await expect(page.getByRole('table', { name: '담당자' }).getByRole('row')).toHaveCount(2);
});
