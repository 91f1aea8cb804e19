import { chromium } from '@playwright/test';

const base = process.argv[2];
const out = process.argv[3];
const pages = process.argv.slice(4);
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--use-angle=swiftshader',
    '--enable-unsafe-swiftshader',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const p = await b.newPage({
  viewport: { width: 1280, height: 800 },
  locale: 'ko-KR',
  colorScheme: process.env.SCHEME ?? 'light',
});
p.on('console', (m) => {
  if (m.type() === 'error') console.log('console', m.text().slice(0, 300));
});
p.on('pageerror', (e) => console.log('pageerror', e.message.slice(0, 300)));
await p.goto(base + '/');
await p.waitForTimeout(1500);
await p.screenshot({ path: out + '/signin.png' });
const demo = p.getByRole('button', { name: /시연/ });
await demo.first().click();
await p.waitForTimeout(2500);
for (const x of pages) {
  await p.goto(base + x);
  await p.waitForTimeout(+(process.env.WAIT ?? 3000));
  await p.screenshot({ path: out + '/' + (x.replace(/[/?=&]/g, '_') || 'root') + '.png' });
  console.log(x, await p.title());
}
await b.close();
