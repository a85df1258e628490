// Every page that can be reached by links, as a visitor and in every role, in both languages and at desktop and phone width: answers 200, no axe
// violation, no sideways scrolling, no complaint of the browser. Of pages that differ in an id only, two are looked at, and one in each role after
// that; one that has no element which a page of its kind did not show before only has to answer, and is not drawn. axe reads a page in English:
// translated, it differs in its texts only, which must fit. (The tests of each way read its pages in both.) ROLES=officer,auditor limits the roles.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, haveBrowser, openPage, overflow, startBrowser, startWorld, violations } from './lib.mjs';

const PAGES_MAX = 1000; // a crawl that comes here runs in a circle
const ROLES = (process.env.ROLES ?? 'visitor,owner of a small firm,vendor,team with a proposal,reviewer,officer,auditor,administrator').split(',');
const drawn = new Map(); // template → elements
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

const kind = (url) =>
  url.pathname.replace(/\/([0-9a-hjkmnp-tv-z]{13}|[\w-]{43}|\d[\d-]*)(?=\/|$)/g, '/*') + (url.search ? '?' : '');
const template = (k) => k.replace(/^\/programmes(\/[^/?]+)+/, (path) => '/programmes' + '/*'.repeat(path.split('/').length - 2)); // parameters have names for ids
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
      elements: [...new Set(made)],
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

async function look(page, address, faults) {
  await open(page, address, 'en', 'en', faults);
  await fits(page, address, 'en', faults);
  for (const v of await violations(page)) faults.add(v);
  await open(page, address, 'zh', 'zh-Hant-TW', faults);
  await fits(page, address, 'zh', faults);
}

async function crawl(page, start, faults) {
  await page.goto(start);
  const queue = [start];
  const seen = new Map();
  const known = new Set([start]);
  let looked = 0, looks = 0;
  while (queue.length) {
    assert.ok(looked < PAGES_MAX, `over ${PAGES_MAX} pages, the last is ${queue[0]}`);
    const address = queue.shift();
    const k = kind(new URL(address));
    if ((seen.get(k) ?? 0) >= sameKind(k)) continue;
    seen.set(k, (seen.get(k) ?? 0) + 1);
    const found = await peek(page, inLang(address, 'en'));
    if (!found) continue;
    if (found.status !== 200) faults.add(`${address}: ${found.status}`);
    const t = template(k);
    if (!drawn.has(t)) drawn.set(t, new Set());
    const before = drawn.get(t);
    if (found.elements.some((e) => !before.has(e))) {
      found.elements.forEach((e) => before.add(e));
      await look(page, address, faults);
      looks++;
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
  return { looked, looks };
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
    const { looked, looks } = await crawl(page, world.base + '/', faults);
    for (const c of page.complaints) faults.add(c);
    await page.context().close();
    t.diagnostic(`${looked} pages, ${looks} drawn`);
    assert.ok(looked > 2, `only ${looked} pages were found`);
    assert.deepEqual([...faults], []);
  });
}
