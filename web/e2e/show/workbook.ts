import { inflateRawSync } from 'node:zlib';

// A workbook is a ZIP of XML (ECMA-376): just enough of both to read numbers and words back.
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const DEFLATED = 8;

/** The files of a ZIP by their names. */
function filesOf(zip: Buffer): Map<string, string> {
  let end = zip.length - 22;
  while (end > 0 && zip.readUInt32LE(end) !== END) end -= 1;
  const files = new Map<string, string>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== CENTRAL) throw new Error('this is no ZIP file');
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [name, extra, comment] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const local = zip.readUInt32LE(at + 42);
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    const packed = zip.subarray(start, start + size);
    const bytes = method === DEFLATED ? inflateRawSync(packed) : packed;
    files.set(zip.toString('utf8', at + 46, at + 46 + (name ?? 0)), bytes.toString('utf8'));
    at += 46 + (name ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return files;
}

const plain = (xml: string) =>
  xml
    .replaceAll(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

export type Cell = string | number;

/** The sheets of a workbook by name: rows of cells that hold something. */
export function sheetsOf(zip: Buffer): Map<string, Cell[][]> {
  const files = filesOf(zip);
  const part = (name: string) => files.get(name) ?? '';
  const shared = [...part('xl/sharedStrings.xml').matchAll(/<si>(.*?)<\/si>/gs)].map(([, text]) =>
    plain(text ?? ''),
  );
  const names = [...part('xl/workbook.xml').matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(
    ([, name]) => plain(name ?? ''),
  );
  return new Map(
    names.map((name, index) => {
      const xml = part(`xl/worksheets/sheet${index + 1}.xml`);
      const rows = [...xml.matchAll(/<row [^>]*?(?:\/>|>(.*?)<\/row>)/gs)].map(([, row]) =>
        [...(row ?? '').matchAll(/<c ([^>]*?)(?:\/>|>(.*?)<\/c>)/gs)].flatMap(
          ([, how, body]): Cell[] => {
            const value = /<v>(.*?)<\/v>/s.exec(body ?? '')?.[1];
            if (how?.includes('t="s"')) return [shared[Number(value)] ?? ''];
            if (how?.includes('t="inlineStr"')) return [plain(body ?? '')];
            return value === undefined ? [] : [Number(value)];
          },
        ),
      );
      return [name, rows];
    }),
  );
}
