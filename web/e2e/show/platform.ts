import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';

/** The program that is shown, as `./dev show` builds it. */
const SANDAN = resolve(process.env.SANDAN_BIN ?? '../target/debug/sandan');
/** Where the public data lie, beside this repository when nothing else is said. */
const SHARED = resolve(process.env.SANDAN_SHARED ?? '../../shared');
export const STEEL_FILE = join(SHARED, 'data/energy/steel_industry_2018_15min.csv.gz');

/** Whether the public data are here: without them there is nothing to show. */
export const hasSteel = () => existsSync(STEEL_FILE);

const HTTP = process.env.SANDAN_SHOW_HTTP ?? '127.0.0.1:0';
const MQTT = process.env.SANDAN_SHOW_MQTT ?? '127.0.0.1:0';

/** An empty platform of our own, on a folder that is thrown away. */
export interface Platform {
  url: string;
  /** Runs a command of the owner on the folder; its output. */
  owner: (args: readonly string[], input?: string) => string;
  stop: () => Promise<void>;
}

/** Lays down what the operator knows before anybody signs in, and starts the server. */
export async function aPlatform(seed: object): Promise<Platform> {
  const data = mkdtempSync(join(tmpdir(), 'sandan-show-'));
  const file = join(data, 'seed.json');
  writeFileSync(file, JSON.stringify(seed));
  const owner = (args: readonly string[], input = '') =>
    execFileSync(SANDAN, [...args, '--data', data], { input, encoding: 'utf8', stdio: 'pipe' });
  owner(['import', 'seed', file]);
  const child = spawn(SANDAN, ['serve', '--data', data, '--http', HTTP, '--mqtt', MQTT], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await address(child);
  const stop = async () => {
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
    rmSync(data, { recursive: true, force: true });
  };
  return { url, owner, stop };
}

/** Where the server says that its console is. */
async function address(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new Error('the server has no output');
  const ended = new Promise<never>((_, fail) => {
    child.once('exit', (code) => fail(new Error(`the server ended with ${code}`)));
    child.once('error', fail);
  });
  const said = (async () => {
    for await (const line of createInterface({ input: child.stdout ?? process.stdin })) {
      const [, url] = /^console\s+(http\S+)/.exec(line) ?? [];
      if (url) return url;
    }
    throw new Error('the server does not say where its console is');
  })();
  return Promise.race([said, ended]);
}
