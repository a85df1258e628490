// Every page that can be reached by links, as a visitor and in every role, in both languages and at desktop and phone width: answers 200, no axe
// violation, no sideways scrolling, no complaint of the browser. Of pages that differ in an id only, two are looked at, and one in each role after
// that; one of the same kind and made of the same elements as a page before only has to answer, and is not drawn. axe reads the first of each kind in both languages,
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

// What the server answers, taken apart but not drawn: status, links, and what the page's own part is made of (its elements with their
// classes, whatever their text and number). null: no page.
const peek = (page, address) =>
  page.evaluate(async (href) => {
    const stop = new AbortController();
    const answer = await fetch(href, { signal: stop.signal });
    if (!(answer.headers.get('content-type') ?? '').startsWith('text/html')) {
      stop.abort();
      return null;
    }
    const doc = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const made = [...doc.querySelectorAll('main, main *')].map((e) => `${e.localName}.${e.getAttribute('class') ?? ''}.${e.getAttribute('role') ?? ''}`);
    return {
      status: answer.status,
      elements: [...new Set(made)].sort().join(' '),
      links: [...doc.querySelectorAll('a[href]:not([download])')].map((a) => new URL(a.getAttribute('href'), answer.url).href.split('#')[0]),
    };
  }, address);

const inLang = (address, lang) => address + (address.includes('?') ? '&' : '?') + `lang=${lang}`;

async function open(page, address, lang, tag, faults) {
  await page.goto(inLang(address, lang));
  const shown = await page.evaluate(() => document.documentElement.lang);
  if (!shown.startsWith(tag)) faults.add(`${address}: lang is ${shown}`);
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

async function look(page, address, faults) {
  const k = kind(new URL(address));
  await open(page, address, 'en', 'en', faults);
  await fits(page, address, 'en', faults);
  await accessible(page, !lookedAt.has(k), faults); // colours are the style's: neither language nor a second page changes them
  await open(page, address, 'zh', 'zh-Hant-TW', faults);
  await fits(page, address, 'zh', faults);
  if (!lookedAt.has(k)) await accessible(page, false, faults);
}

async function crawl(page, start, faults) {
  await page.goto(start);
  const queue = [start];
  const seen = new Map();
  const known = new Set([start]);
  let looked = 0;
  while (queue.length && looked < PAGES_MAX) {
    const address = queue.shift();
    const k = kind(new URL(address));
    if ((seen.get(k) ?? 0) >= sameKind(k)) continue;
    seen.set(k, (seen.get(k) ?? 0) + 1);
    const found = await peek(page, inLang(address, 'en'));
    if (!found) continue;
    if (found.status !== 200) faults.add(`${address}: ${found.status}`);
    const made = `${k} ${found.elements}`;
    if (!examined.has(made)) {
      examined.add(made);
      await look(page, address, faults);
    }
    looked++;
    lookedAt.set(k, (lookedAt.get(k) ?? 0) + 1);
    for (const link of found.links) {
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
