// Every page that can be reached by links, as a visitor and in every role, in both languages and at desktop and phone width: answers 200, no axe
// violation, no sideways scrolling, no complaint of the browser. Of pages that differ in an id only, two are looked at, and one in each role after
// that; one of the same kind and made of the same elements as a page before only has to answer. axe reads the first of each kind in both languages,
// later ones in English: translated, they differ in their texts only, which must fit. ROLES=officer,auditor limits the roles.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, haveBrowser, openPage, overflow, startBrowser, startWorld, violations } from './lib.mjs';

const PAGES_MAX = 120;
const ROLES = (process.env.ROLES ?? 'visitor,owner of a small firm,vendor,team with a proposal,reviewer,officer,auditor,administrator').split(',');
const examined = new Set();
const lookedAt = new Map(); // kind → pages, in all roles
let world, browser;

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld({ firms: 20 });
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

const kind = (url) => url.pathname.replace(/\/[0-9a-hjkmnp-tv-z]{13}(?=\/|$)/g, '/*').replace(/\/\d[\d-]*(?=\/|$)/g, '/*') + (url.search ? '?' : '');
const sameKind = (k) => (k.includes('*') && (lookedAt.get(k) ?? 0) < 2 ? 2 : 1);
const skipped = (url) =>
  /^\/(assets|api|log\/(tile|checkpoint|proof))\//.test(url.pathname + '/') || url.searchParams.has('lang') || /\.(csv|pdf|json)$/.test(url.pathname);

// What a page's own part is made of: its elements with their classes, whatever their text and number.
const elements = (page) => page.$$eval('main, main *', (all) => [...new Set(all.map((e) => `${e.localName}.${e.getAttribute('class') ?? ''}.${e.getAttribute('role') ?? ''}`))].sort().join(' '));

async function open(page, address, lang, tag, faults) {
  const answer = await page.goto(address + (address.includes('?') ? '&' : '?') + `lang=${lang}`);
  if (!answer.headers()['content-type']?.startsWith('text/html')) return false;
  if (answer.status() !== 200) faults.add(`${address}: ${answer.status()}`);
  const shown = await page.evaluate(() => document.documentElement.lang);
  if (!shown.startsWith(tag)) faults.add(`${address}: lang is ${shown}`);
  return true;
}

async function fits(page, address, lang, faults) {
  for (const viewport of [PHONE, DESKTOP]) {
    await page.setViewportSize(viewport);
    const wide = await overflow(page);
    if (wide > 0) faults.add(`${address} (${lang}, ${viewport.width} px): ${wide} px too wide`);
  }
}

async function accessible(page, contrast, faults) {
  for (const v of await violations(page, { contrast })) faults.add(v);
}

// False: the address is no page.
async function look(page, address, faults) {
  if (!(await open(page, address, 'en', 'en', faults))) return false;
  const k = kind(new URL(address));
  const key = `${k} ${await elements(page)}`;
  if (examined.has(key)) return true;
  examined.add(key);
  await fits(page, address, 'en', faults);
  await accessible(page, !lookedAt.has(k), faults); // colours are the style's: neither language nor a second page changes them
  await open(page, address, 'zh', 'zh-Hant-TW', faults);
  await fits(page, address, 'zh', faults);
  if (!lookedAt.has(k)) await accessible(page, false, faults);
  return true;
}

async function crawl(page, start, faults) {
  const queue = [start];
  const seen = new Map();
  const known = new Set([start]);
  let looked = 0;
  while (queue.length && looked < PAGES_MAX) {
    const address = queue.shift();
    const k = kind(new URL(address));
    if ((seen.get(k) ?? 0) >= sameKind(k)) continue;
    seen.set(k, (seen.get(k) ?? 0) + 1);
    try {
      if (!(await look(page, address, faults))) continue;
    } catch (error) {
      if (/Download is starting|ERR_ABORTED/.test(String(error))) continue;
      throw error;
    }
    looked++;
    lookedAt.set(k, (lookedAt.get(k) ?? 0) + 1);
    const links = await page.$$eval('a[href]', (list) => list.filter((a) => !a.hasAttribute('download')).map((a) => a.href.split('#')[0]));
    for (const link of links) {
      const url = new URL(link);
      if (url.origin === world.base && !known.has(link) && !skipped(url)) {
        known.add(link);
        queue.push(link);
      }
    }
  }
  return looked;
}

for (const role of ROLES) {
  test(`pages of: ${role}`, { skip: !haveBrowser && 'no Chromium' }, async (t) => {
    const page = await openPage(browser);
    if (role !== 'visitor') {
      assert.ok(world.links[role], `no sign-in link for ${role}: ${Object.keys(world.links)}`);
      await page.goto(world.links[role]);
      await page.locator('main form button[type=submit]').click();
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    }
    const faults = new Set();
    const looked = await crawl(page, world.base + '/', faults);
    for (const c of page.complaints) faults.add(c);
    await page.context().close();
    t.diagnostic(`${looked} pages`);
    assert.ok(looked > 2, `only ${looked} pages were found`);
    assert.deepEqual([...faults], []);
  });
}
