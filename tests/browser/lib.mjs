// A demonstration world, its server and a browser for the tests of this folder.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before } from 'node:test';
import { chromium } from 'playwright-core';

const require = createRequire(import.meta.url);
// Every page has axe at hand as a function that is not run yet: sending its half megabyte for each reading takes five times as long as the reading.
const axeLoader = { content: `globalThis.loadAxe = () => {${readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')}}` };
const root = resolve(import.meta.dirname ?? new URL('.', import.meta.url).pathname, '../..');
const rise = process.env.RISE ?? join(root, 'build/src/cmd/rise');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell';

export const haveBrowser = existsSync(browserPath);

function freePort() {
  return new Promise((done) => {
    const s = createServer().listen(0, '127.0.0.1', () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

// Data of tests need not outlive the machine: where there is room in memory, nobody waits for a disk.
function scratch() {
  if (!existsSync('/dev/shm')) return tmpdir();
  const { bavail, bsize } = statfsSync('/dev/shm');
  return bavail * bsize > 1 << 30 ? '/dev/shm' : tmpdir();
}

// A copy of the demonstration world in a folder of its own, and its server. links: role → sign-in address (each works once); parties: role → organisation.
export async function startWorld({ firms = 60, seed = 7 } = {}) {
  const dir = mkdtempSync(join(scratch(), 'rise-browser-'));
  const port = await freePort();
  const base = `http://127.0.0.1:${port}`;
  const settings = ['--data-dir', join(dir, 'var'), '--listen', `127.0.0.1:${port}`, '--base-url', base];
  const env = { ...process.env, RISE_DEMO: '1', RISE_RATE: '0', LC_ALL: 'C.UTF-8' };
  const command = (...args) => {
    const r = spawnSync(rise, [...args, ...settings, '--lang', 'en'], { env, encoding: 'utf8' });
    return { status: r.status, text: r.stdout + r.stderr };
  };
  const run = (...args) => {
    const { status, text } = command(...args);
    if (status !== 0) throw new Error(`rise ${args.join(' ')}: ${text}`);
    return text;
  };
  const worlds = process.env.WORLDS ?? join(tmpdir(), `rise-worlds-${process.getuid()}`);
  const copied = spawnSync('python3', [join(root, 'tests/demo_world.py'), rise, worlds, join(dir, 'var'), base, '--firms', String(firms), '--seed', String(seed)], { env, encoding: 'utf8' });
  if (copied.status !== 0) throw new Error(`demo_world.py: ${copied.stderr}`);
  const links = {}, parties = {};
  // "role (person, party):" and its address on the next line
  for (const m of run('demo').matchAll(/^([a-z ]+) \(.*?, (.*)\):\s+(https?:\/\/\S+)$/gm)) {
    parties[m[1]] = m[2];
    links[m[1]] = m[3];
  }
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
    parties,
    run,
    command,
    // Fails unless every line of `rise doctor` is ok.
    doctor: () => assert.doesNotMatch(run('doctor'), /^(?!ok)\w+ /m),
    log: () => log,
    async stop() {
      const ended = new Promise((r) => server.once('exit', r));
      server.kill('SIGTERM');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

// For a whole file of tests: a world of 20 firms, its server and a browser, made before the first test and gone after the last. `ready` gets
// { world, base, browser }; without Chromium nothing is made, and the tests are to be skipped.
export function inWorld(ready) {
  let world, browser;
  before(async () => {
    if (!haveBrowser) return;
    world = await startWorld({ firms: 20 });
    browser = await startBrowser();
    await ready({ world, base: world.base, browser });
  });
  after(async () => {
    await browser?.close();
    await world?.stop();
  });
}

// One process for all pages: a context of its own for each person does not need one of its own for each page.
export async function startBrowser(more = []) {
  return chromium.launch({
    executablePath: browserPath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
      '--disable-component-update', '--disable-sync', '--renderer-process-limit=1', '--disable-site-isolation-trials', ...more],
  });
}

export const DESKTOP = { width: 1280, height: 900 };
export const PHONE = { width: 360, height: 740 };

// A page that collects what the browser complains of (script errors, refused content) in page.complaints.
export async function openPage(browser, { lang = 'zh', viewport = DESKTOP, javaScriptEnabled = true } = {}) {
  const context = await browser.newContext({ viewport, javaScriptEnabled, locale: lang === 'zh' ? 'zh-TW' : 'en-GB' });
  context.setDefaultTimeout(15000);
  await context.addInitScript(axeLoader);
  const page = await context.newPage();
  page.scripted = javaScriptEnabled;
  page.complaints = [];
  page.on('console', (m) => m.type() === 'error' && page.complaints.push(`${page.url()}: ${m.text()}`));
  page.on('pageerror', (e) => page.complaints.push(`${page.url()}: ${e.message}`));
  return page;
}

// What the browser complained of, without the refusals that a test asked for: those are answers with their status.
export const complaints = (page) => page.complaints.filter((c) => !/status of 4\d\d/.test(c));

// Whether the page shows text in a colour, size and weight, on a ground, that has not been looked at together.
const lookedAt = new Set();
async function hasNewColours(page) {
  const found = await page.evaluate(() => {
    const grounds = new Map();
    const ground = (e) => {
      if (!e) return '';
      if (!grounds.has(e)) {
        const { backgroundColor, backgroundImage, opacity } = getComputedStyle(e);
        const own = `${backgroundColor} ${backgroundImage} ${opacity}`;
        grounds.set(e, own === 'rgba(0, 0, 0, 0) none 1' ? ground(e.parentElement) : `${own} on ${ground(e.parentElement)}`);
      }
      return grounds.get(e);
    };
    const hasText = (e) => e.matches('input, select, textarea') || [...e.childNodes].some((n) => n.nodeType === Node.TEXT_NODE && n.data.trim());
    const look = (e) => {
      const { color, fontSize, fontWeight } = getComputedStyle(e);
      return `${color} ${fontSize} ${fontWeight} on ${ground(e)}`;
    };
    return [...new Set([...document.querySelectorAll('body *')].filter((e) => e.checkVisibility() && hasText(e)).map(look))];
  });
  const before = lookedAt.size;
  found.forEach((look) => lookedAt.add(look));
  return lookedAt.size > before;
}

// Violations of WCAG 2.2 AA and best practice, one line each. Runs past the page's own content policy. Contrast takes as long as all
// other rules together, and is asked for where colours are new.
export async function violations(page) {
  const found = await page.evaluate(async (contrast) => {
    if (!globalThis.axe) globalThis.loadAxe();
    const result = await globalThis.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
      rules: { 'color-contrast': { enabled: contrast } },
      resultTypes: ['violations'],
    });
    return result.violations;
  }, await hasNewColours(page));
  return found.map((v) => `${page.url()}: ${v.id}: ${v.help} — ${v.nodes.slice(0, 3).map((n) => n.target.join(' ')).join(' · ')}`);
}

// How many pixels the page is wider than the window.
export function overflow(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

// The page is accessible, and no wider than a phone's or a desk's window. (Where scripts are off the browser runs none for us either.)
export async function fits(page) {
  if (!page.scripted) return;
  assert.deepEqual(await violations(page), []);
  const before = page.viewportSize();
  for (const size of [PHONE, DESKTOP]) {
    await page.setViewportSize(size);
    assert.ok((await overflow(page)) <= 0, `${page.url()} is wider than ${size.width} pixels`);
  }
  await page.setViewportSize(before);
}

// ---- what people do ----

// Asks for a sign-in link by mail and opens it from the demonstration's outbox.
export async function signIn(page, base, email) {
  await page.goto(base + '/sign-in');
  await page.locator('#f-email').fill(email);
  await page.locator('main form').first().locator('button').click();
  await page.locator('main a[href="/outbox"]').click();
  await page.locator('main article').filter({ hasText: email }).locator('a[href*="/sign-in/"]').first().click();
  await page.locator('main form button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

export async function openAs(browser, world, email, options) {
  const page = await openPage(browser, options);
  await signIn(page, world.base, email);
  return page;
}

// Fills fields by name: text, lists, boxes (true), radio buttons; then sends the form.
export async function submit(page, form, values = {}) {
  const f = page.locator(form);
  for (const [name, value] of Object.entries(values)) {
    const control = f.locator(`[name="${name}"]`).first();
    const tag = await control.evaluate((e) => e.type);
    if (tag === 'checkbox') await control.check();
    else if (tag === 'radio') {
      const id = await f.locator(`[name="${name}"][value="${value}"]`).getAttribute('id');
      await f.locator(`label[for="${id}"]`).click(); // the stars' own buttons are not to be seen
    }
    else if (tag === 'select-one') await control.selectOption(value);
    else if (tag === 'file') await control.setInputFiles(value);
    else await control.fill(value);
  }
  await Promise.all([page.waitForEvent('framenavigated'), f.locator('button[type=submit]').first().click()]);
  await page.waitForLoadState();
}

// A finger on a touch screen, from one point to another.
export async function drag(page, [x0, y0], [x1, y1], steps = 8) {
  const session = await page.context().newCDPSession(page);
  const touch = (type, ...touchPoints) => session.send('Input.dispatchTouchEvent', { type, touchPoints });
  await session.send('Emulation.setTouchEmulationEnabled', { enabled: true });
  await touch('touchStart', { x: x0, y: y0 });
  for (let i = 1; i <= steps; i++) await touch('touchMove', { x: x0 + ((x1 - x0) * i) / steps, y: y0 + ((y1 - y0) * i) / steps });
  await touch('touchEnd');
  await session.detach();
}

// What a link gives, with the page's session. A proof is asked for again while its record waits for the log's next checkpoint (409).
export async function download(page, link) {
  const href = await link.getAttribute('href');
  const get = () => page.context().request.get(new URL(href, page.url()).href);
  let answer = await get();
  for (let i = 0; i < 50 && answer.status() === 409; i++) {
    await new Promise((r) => setTimeout(r, 200));
    answer = await get();
  }
  assert.equal(answer.status(), 200, href);
  return answer.body();
}

export const main = (page) => page.locator('main').innerText();

export async function says(page, text) {
  const shown = await main(page);
  assert.ok(shown.replace(/\s+/g, ' ').includes(text.replace(/\s+/g, ' ')), `“${text}” is not on ${page.url()}:\n${shown.slice(0, 1500)}`);
}

// ---- texts and numbers ----

const chinese = new Map();
function readCatalogues() {
  const folder = join(root, 'po/zh_TW');
  const text = (quoted) => [...quoted.matchAll(/^"(.*)"$/gm)].map((m) => JSON.parse(`"${m[1]}"`)).join('');
  for (const name of readdirSync(folder).filter((n) => n.endsWith('.po')).sort())
    for (const m of readFileSync(join(folder, name), 'utf8').matchAll(/^msgid ((?:".*"\n)+)msgstr ((?:".*"\n?)+)/gm)) {
      const [from, to] = [text(m[1]), text(m[2])];
      if (from && to && !chinese.has(from)) chinese.set(from, to);
    }
}

// A message in the language of the run, with its arguments. What has no translation yet is shown in English (tools/i18n.py finds that).
export function said(lang, msgid, ...args) {
  if (chinese.size === 0) readCatalogues();
  return ((lang === 'zh' && chinese.get(msgid)) || msgid).replace(/\{(\d)\}/g, (_, n) => args[n - 1]);
}

// The n-th valid 統一編號 from 80000000 on: weights 1 2 1 2 1 2 4 1, digits of the products summed, divisible by 5.
export function businessNumber(n) {
  const weights = [1, 2, 1, 2, 1, 2, 4, 1];
  for (let i = 80000000; ; i++) {
    const digits = [...String(i)].map(Number);
    const sum = digits.reduce((s, d, at) => s + Math.floor((d * weights[at]) / 10) + ((d * weights[at]) % 10), 0);
    if ((sum % 5 === 0 || (digits[6] === 7 && (sum + 1) % 5 === 0)) && n-- === 0) return String(i);
  }
}

export const registryCsv = (rows) =>
  '統一編號,營業人名稱,資本額,設立日期,組織別名稱,營業地址,名稱\n' + rows.map((r) => r.join(',') + '\n').join('');
