// The office's way from counting to a published result: questions, a proposal, another officer, the public page. In both languages.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, download, haveBrowser, main, openAs, openPage, overflow, said, says, startBrowser, startWorld, submit, violations } from './lib.mjs';

const SKIP = { skip: !haveBrowser && 'no Chromium' };
const ROUND = 'fund-demo-2'; // the demonstration leaves it in counting
let world, browser, base, first, second;

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld({ firms: 20 });
  base = world.base;
  browser = await startBrowser();
  first = await openAs(browser, world, 'officer@demo.example', { lang: 'zh' });
  second = await openAs(browser, world, 'officer2@demo.example', { lang: 'en' });
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

const fits = async (page, pixels = 0) => assert.ok((await overflow(page)) <= pixels, `${page.url()} is too wide`);
const rows = (page, table) => page.locator(`${table} tbody tr`).evaluateAll((all) => all.map((tr) => [...tr.cells].map((td) => td.textContent.trim())));
const number = (text) => Number(text.replace(/[^0-9]/g, ''));

test('a question is an address, with a file', SKIP, async () => {
  for (const [page, lang] of [[first, 'zh'], [second, 'en']]) {
    await page.goto(`${base}/fund/office/sensitivity?round=${ROUND}`);
    await says(page, said(lang, 'As it stands: nothing is left out'));
    const before = await rows(page, '#changes');
    await page.locator('input[name=cut][value^="a-"]').first().check();
    await page.locator('input[name=cut][value^="d-"]').first().check();
    await submit(page, '#question', { line: '20', min: '600' });
    assert.match(page.url(), /cut=d-[0-9a-f]{12}/);
    assert.match(page.url(), /cut=a-[0-9a-f]{12}/);
    await says(page, said(lang, 'Donors left out'));
    const then = await rows(page, '#changes');
    assert.equal(then.length, before.length);
    assert.ok(then.some((r) => r[7] !== '0'), 'nobody gains or loses');
    // The gains are the losses: the pool stays the same. Columns: rank then, rank, number, project, donors then, matching, matching then.
    assert.equal(then.reduce((s, r) => s + number(r[5]), 0), then.reduce((s, r) => s + number(r[6]), 0));
    const address = await page.locator('#share').getAttribute('href');
    await page.goto(base + address);
    assert.deepEqual(await rows(page, '#changes'), then);
    const csv = String(await download(page, page.locator('#csv'))).trim().split('\r\n');
    assert.equal(csv.length, then.length + 1);
    assert.equal(csv[1].split(',')[0], then[0][2]);
    await page.locator('#to-methods').click();
    await page.waitForURL(/methods/);
    assert.equal((await rows(page, '#methods')).length, then.length);
    assert.equal(String(await download(page, page.locator('#csv'))).trim().split('\r\n').length, then.length + 1);
    assert.deepEqual(await violations(page), []);
  }
});

test('rules that do not fit together are told, and nothing else happens', SKIP, async () => {
  await second.goto(`${base}/fund/office/sensitivity?round=${ROUND}&method=qv`);
  assert.ok((await second.locator('#trouble').innerText()).length > 10);
  await second.goto(`${base}/fund/office/sensitivity?round=${ROUND}&pool=12x&cut=nobody&line=-1`);
  await says(second, 'Enter a whole number between 0 and 1000000000.');
  assert.match(await second.locator('.rise-tile').first().innerText(), /Donors left out\s+0$/);
  await second.goto(`${base}/fund/office/sensitivity?round=no-such`);
  assert.ok(!(await second.locator('#changes').count()));
});

test('what stands in the way is named', SKIP, async () => {
  await first.goto(`${base}/fund/office/tally?round=${ROUND}`);
  await says(first, said('zh', 'The result cannot be proposed yet:'));
  assert.equal(await first.locator('#propose').count(), 0);
  await first.locator('#blockers a').first().click();
  await first.locator('main table a, main article a').first().click();
  await submit(first, 'main form[action*="appeals"]', { decision: 'refuse', reason: '依規則第三條，學生居留證不在其列。' });
  // The days to appeal: fewer from today on, by a decision with its reason.
  await first.goto(`${base}/programmes/${ROUND}/gift.appeal_days`);
  await submit(first, '#set', { value: '1', from: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10), reason: '測試' });
  await first.goto(`${base}/programmes/${ROUND}/tally.cap`);
  await submit(first, '#set', { value: '1', from: new Date(Date.now() + 8 * 3600e3).toISOString().slice(0, 10), reason: '測試' });
  await first.goto(`${base}/fund/office/tally?round=${ROUND}`);
  await says(first, said('zh', 'These parameters are others by now. For this round that changes nothing:'));
  assert.equal(await first.locator('#blockers').count(), 0);
  assert.deepEqual(await violations(first), []);
});

test('one officer proposes, another publishes', SKIP, async () => {
  await first.goto(`${base}/fund/office/tally?round=${ROUND}`);
  await submit(first, '#propose', { reason: '已檢視可疑群組與申覆。' });
  await says(first, said('zh', 'The result is proposed. Another officer has to publish it.'));
  assert.equal(await first.locator('#publish').count(), 0);
  const denied = await openAs(browser, world, 'auditor@demo.example', { lang: 'en' });
  await denied.goto(`${base}/fund/office/tally?round=${ROUND}`);
  await says(denied, 'The proposed result');
  assert.equal(await denied.locator('#publish, #withdraw').count(), 0);
  await denied.context().close();
  await second.goto(`${base}/fund/office/phase?round=${ROUND}`);
  await submit(second, '#phase', { sure: true });
  await says(second, 'Counting ends when two officers have published the result.');
  await second.goto(`${base}/fund/office/tally?round=${ROUND}`);
  await submit(second, '#publish');
  await says(second, 'The result is published. The chosen teams have been told.');
  world.doctor();
});

test('the public page, in both languages', SKIP, async () => {
  for (const lang of ['zh', 'en'])
    for (const viewport of [DESKTOP, PHONE]) {
      const page = await openPage(browser, { lang, viewport });
      await page.goto(`${base}/fund/results`);
      await says(page, said(lang, 'Why many small gifts count more'));
      await says(page, said(lang, 'Every project'));
      await fits(page);
      assert.deepEqual(await violations(page), []);
      const lines = await rows(page, '#result');
      const csv = await download(page, page.locator('#csv'));
      const hash = createHash('sha256').update(csv).digest('hex');
      assert.ok((await main(page)).includes(hash), 'the hash on the page is not that of the file');
      const records = String(csv).trim().split('\n').slice(1).map((l) => l.split(','));
      assert.deepEqual(lines.map((r) => number(r[1])), records.map((r) => Number(r[0])));
      assert.deepEqual(lines.map((r) => number(r[7])), records.map((r) => Number(r[5])));
      const proof = JSON.parse(await download(page, page.locator('#result-proof')));
      assert.equal(JSON.parse(proof.record).results_sha256, hash);
      const rules = JSON.parse(JSON.parse(await download(page, page.locator('#rules-proof'))).record);
      assert.equal(createHash('sha256').update(rules.rules).digest('hex'), rules.rules_sha256);
      await page.locator('#result a').first().click();
      await page.waitForURL(/proposals/);
      await says(page, said(lang, 'Matching'));
      assert.deepEqual(page.complaints, []);
      await page.context().close();
    }
});
