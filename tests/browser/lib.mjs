// A demonstration world, its server and a browser for the tests of this folder.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');
const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const rise = process.env.RISE ?? join(root, 'build/src/cmd/rise');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';

export const haveBrowser = existsSync(browserPath);

function freePort() {
  return new Promise((done) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

// Makes data folder and demonstration world, starts the server. links: role → sign-in address (each works once).
export async function startWorld({ firms = 60, seed = 7 } = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'rise-browser-'));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const settings = ['--data-dir', join(dir, 'var'), '--listen', `127.0.0.1:${port}`, '--base-url', base];
  const env = { ...process.env, RISE_DEMO: '1', RISE_RATE: '0', LC_ALL: 'C.UTF-8' };
  const run = (...args) => {
    const r = spawnSync(rise, [...args, ...settings, '--lang', 'en'], { env, encoding: 'utf8' });
    if (r.status !== 0) throw new Error(`rise ${args.join(' ')}: ${r.stderr}${r.stdout}`);
    return r.stdout;
  };
  run('init');
  const links = {};
  const readLinks = (text) => {
    // "role (person, party):" and its address on the next line
    for (const m of text.matchAll(/^([a-z ]+) \(.*\):\s+(https?:\/\/\S+)$/gm)) links[m[1]] = m[2];
  };
  readLinks(run('demo', '--firms', String(firms), '--seed', String(seed)));
  const server = spawn(rise, ['serve', ...settings], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  server.stderr.on('data', (d) => (log += d));
  for (let i = 0; i < 100; i++) {
    try {
      await fetch(base + '/log/checkpoint');
      break;
    } catch {
      await new Promise((r) => setTimeout(r, 100));
    }
  }
  return {
    base,
    dir,
    links,
    run,
    log: () => log,
    async stop() {
      const ended = new Promise((r) => server.once('exit', r));
      server.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

export async function startBrowser() {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync'],
  });
}

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

// A page that collects what the browser complains of (script errors, refused content) in page.complaints.
export async function openPage(browser, { lang = 'zh', viewport = DESKTOP, javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ viewport, javaScriptEnabled, locale: lang === 'zh' ? 'zh-TW' : 'en-GB' });
  const page = await context.newPage();
  page.complaints = [];
  page.on('console', (m) => m.type() === 'error' && page.complaints.push(`${page.url()}: ${m.text()}`));
  page.on('pageerror', (e) => page.complaints.push(`${page.url()}: ${e.message}`));
  return page;
}

// Violations of WCAG 2.2 AA and best practice, one line each. Runs past the page's own content policy.
export async function violations(page) {
  await page.evaluate(axeSource);
  const result = await page.evaluate(() =>
    globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
  return result.violations.map((v) => `${page.url()}: ${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' · ')}`);
}

// How many pixels the page is wider than the window.
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}
