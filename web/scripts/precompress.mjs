// Writes a .br and a .gz beside every text file of dist, so that the server never compresses.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

const TEXT = /\.(html|js|css|svg|json|geojson|webmanifest)$/;
const SMALLEST = 512;
const root = new URL('../dist', import.meta.url).pathname;
const total = { files: 0, raw: 0, br: 0 };

for (const entry of readdirSync(root, { recursive: true })) {
  const path = join(root, String(entry));
  if (!statSync(path).isFile() || /\.(br|gz)$/.test(path)) continue;
  const bytes = readFileSync(path);
  total.files += 1;
  total.raw += bytes.length;
  if (!TEXT.test(path) || bytes.length < SMALLEST) {
    total.br += bytes.length;
    continue;
  }
  const br = brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
  writeFileSync(`${path}.br`, br);
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  total.br += br.length;
}
const kib = (n) => `${Math.round(n / 1024)} KiB`;
process.stdout.write(
  `${total.files} files, ${kib(total.raw)}, sent as ${kib(total.br)} (brotli)\n`,
);
