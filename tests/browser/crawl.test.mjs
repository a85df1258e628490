// Every page that can be reached by links, as a visitor and in every role, in both languages and at desktop and phone width: answers 200, no axe
// violation, no sideways scrolling, no complaint of the browser. Of pages that differ in an id only, two are looked at.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, haveBrowser, openPage, overflow, startBrowser, startWorld, violations } from './lib.mjs';

const SAME_KIND = 2;
const PAGES_MAX = 120;
let world, browser;

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

const kind = (url) => url.pathname.replace(/\/[0-9a-hjkmnp-tv-z]{13}(?=\/|$)/g, '/*').replace(/\/\d[\d-]*(?=\/|$)/g, '/*') + (url.search ? '?' : '');
const skipped = (url) => /^\/(assets|api|log\/(tile|checkpoint|proof))\//.test(url.pathname + '/') || url.searchParams.has('lang') || /\.(csv|pdf|json)$/.test(url.pathname);

async function crawl(page, start, visit) {
  const queue = [start];
  const seen = new Map();
  const known = new Set([start]);
  let looked = 0;
  while (queue.length && looked < PAGES_MAX) {
    const address = queue.shift();
    const k = kind(new URL(address));
    if ((seen.get(k) ?? 0) >= SAME_KIND) continue;
    seen.set(k, (seen.get(k) ?? 0) + 1);
    let answer;
    try {
      answer = await page.goto(address);
    } catch (error) {
      if (String(error).includes('Download is starting')) continue;
      throw error;
    }
    if (!answer.headers()['content-type']?.startsWith('text/html')) continue;
    looked++;
    await visit(address, answer);
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

const ROLES = (process.env.ROLES ?? "visitor,owner of a small firm,vendor,officer,auditor,administrator").split(",");
for (const role of ROLES) {
  test(`pages of: ${role}`, { skip: !haveBrowser && 'no Chromium' }, async () => {
    const page = await openPage(browser);
    if (role !== 'visitor') {
      assert.ok(world.links[role], `no sign-in link for ${role}: ${Object.keys(world.links)}`);
      await page.goto(world.links[role]);
      const go = page.locator('main form button[type=submit]');
      if (await go.count()) await go.first().click();
    }
    const faults = [];
    const looked = await crawl(page, world.base + '/', async (address, answer) => {
      if (answer.status() !== 200) faults.push(`${address}: ${answer.status()}`);
      for (const lang of ['en', 'zh']) {
        await page.goto(address + (address.includes('?') ? '&' : '?') + `lang=${lang}`);
        for (const viewport of [DESKTOP, PHONE]) {
          await page.setViewportSize(viewport);
          const wide = await overflow(page);
          if (wide > 0) faults.push(`${address} (${lang}, ${viewport.width} px): ${wide} px too wide`);
        }
        faults.push(...(await violations(page)));
        if (lang === 'en') {
          const han = await page.$$eval('main *', () => document.documentElement.lang);
          if (!han.startsWith('en')) faults.push(`${address}: lang is ${han}`);
        }
      }
    });
    faults.push(...page.complaints);
    await page.context().close();
    assert.ok(looked > 2, `only ${looked} pages were found`);
    assert.deepEqual([...new Set(faults)], []);
  });
}
