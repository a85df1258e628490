// What comes of proposals: a value map from typed cells to the public page and the command line; a company's offer and the team's answer; an adoption and its second person.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PHONE, download, fits, haveBrowser, inWorld, main, openAs, openPage, said, says, submit } from './lib.mjs';

const SKIP = { skip: !haveBrowser && 'no Chromium' };
let world, browser, base;

inWorld((made) => ({ world, browser, base } = made));

async function press(page, selector) {
  await Promise.all([page.waitForEvent('framenavigated'), page.locator(selector).first().click()]);
  await page.waitForLoadState();
}

async function fill(page, cells) {
  for (const [name, value] of Object.entries(cells)) await page.locator(`#map [name="${name}"]`).fill(value);
}

const INPUT = { outcome_1: '人事費', quantity_1: '1', proxy_1: '100,000' };
const OUTCOME = { outcome_2: 'Meals', stakeholder_2: 'Elders', quantity_2: '40..50..60', proxy_2: '５０００', source_2: 'Survey', deadweight_2: '20', attribution_2: '10', drop_off_2: '50', duration_2: '2' };
const errorAt = (page, name) => page.locator(`#f-${name}-error`).innerText();

// 50 × 5,000 × 0.8 × 0.9 = 180,000; the next year half of it; 3.5 % a year: 173,913.043 + 84,015.963.
const PRESENT = 173913.043 + 84015.963;

// The same figures from the command, for the CSV file that a page gave.
function command(csv) {
  const file = join(world.dir, 'map.csv');
  writeFileSync(file, csv);
  return JSON.parse(world.run('fund', 'sroi', file, '--rate', '35', '--json'));
}

// The proposal of the demonstration's team person that has gone furthest: its page and its public number.
async function ownProposal(page) {
  await page.goto(base + '/fund/my');
  const path = await page.locator('.rise-card').filter({ hasText: said(page.lang, 'Accepted for review') }).last().locator('a').first().getAttribute('href');
  await page.goto(base + path);
  const shown = await page.locator(`a[href^="/fund/proposals/"]`).first().getAttribute('href');
  return { path, shown };
}

async function as(email, lang, more) {
  const page = await openAs(browser, world, email, { lang, ...more });
  page.lang = lang;
  return page;
}

for (const [lang, javaScriptEnabled] of [['zh', true], ['en', false]]) {
  test(`the calculator for everybody (${lang}, ${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, SKIP, async () => {
    const page = await openPage(browser, { lang, javaScriptEnabled });
    await page.goto(base + '/fund/sroi');
    await fits(page);
    await press(page, '#calculate');
    await says(page, said(lang, 'Fill in at least one outcome: what changes for whom.'));
    await fill(page, { ...INPUT, outcome_2: 'Meals', quantity_2: 'fifty', proxy_2: '5000', deadweight_2: '120' });
    await press(page, '#calculate');
    assert.match(await errorAt(page, 'quantity_2'), /fifty/);
    assert.match(await errorAt(page, 'deadweight_2'), /120/);
    assert.equal(await page.locator('#f-proxy_2-error').count(), 0);
    assert.equal(await page.locator('[name="quantity_2"]').inputValue(), 'fifty', 'what was typed is lost');
    await page.locator('#error-summary a').first().click();
    assert.equal(await page.evaluate(() => document.activeElement.name), 'quantity_2');
    await fits(page);
    await press(page, '#map button[value="outcome"]');
    assert.equal(await page.locator('#row-3').count(), 1);
    await press(page, '#row-3 button');
    assert.equal(await page.locator('#row-3').count(), 0);
    await fill(page, OUTCOME);
    await press(page, '#calculate');
    const ratio = (await page.locator('#ratio').innerText()).match(/[\d.]+/g).map(Number);
    assert.equal(ratio.length, 2, 'one bare number');
    assert.ok(ratio[0] < PRESENT / 100000 && PRESENT / 100000 < ratio[1], `${ratio} does not hold ${PRESENT / 100000}`);
    await says(page, said(lang, '{1} with the figures as given', (PRESENT / 100000).toFixed(2)));
    await says(page, said(lang, 'A ratio tells how one organisation sees its own work. Ratios of different organisations should not be compared: each chooses its outcomes, values and range by itself.'));
    assert.ok((await page.locator('figure.rise-chart tbody tr').count()) > 5);
    await fits(page);

    // the file of the page is read by the command, and by the page again
    const form = new URLSearchParams(await page.evaluate(() => [...new FormData(document.querySelector('#map')).entries()].filter(([name]) => name !== 'do')));
    form.set('do', 'csv');
    const file = await page.context().request.post(base + '/fund/sroi', { data: form.toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
    const csv = await file.text();
    const there = command(csv);
    assert.equal(Number(there.inputs), 100000);
    assert.equal(Number(there.base.pv).toFixed(3), PRESENT.toFixed(3));
    assert.deepEqual([there.low.ratio, there.high.ratio].map((r) => Number(r).toFixed(2)), ratio.map((r) => r.toFixed(2)));
    await page.goto(base + '/fund/sroi');
    await page.locator('details').filter({ has: page.locator('#from-file') }).locator('summary').click();
    await submit(page, '#from-file', { file: join(world.dir, 'map.csv') });
    assert.equal(await page.locator('[name="proxy_2"]').inputValue(), '5000');
    assert.deepEqual((await page.locator('#ratio').innerText()).match(/[\d.]+/g).map(Number), ratio);
    assert.deepEqual(page.complaints.filter((c) => !/422/.test(c)), []);
  });

  test(`a team publishes its map (${lang})`, SKIP, async () => {
    const page = await as('team@demo.example', lang, { javaScriptEnabled });
    const { path, shown } = await ownProposal(page);
    await page.goto(base + path + '/sroi');
    const rows = await page.locator('#map fieldset[id]').count();
    for (let i = rows; i > 0; i--) await press(page, '#map fieldset[id] button');
    await press(page, '#map button[value="input"]');
    await press(page, '#map button[value="outcome"]');
    await fill(page, { ...INPUT, ...OUTCOME, proxy_2: lang === 'zh' ? 'dear' : 'cheap' });
    await press(page, '#publish');
    assert.match(await errorAt(page, 'proxy_2'), /dear|cheap/);
    await fill(page, { proxy_2: lang === 'zh' ? '6000' : '7000' });
    await press(page, '#publish');
    await says(page, said(lang, 'The value map is published on the proposal\'s page.'));
    await fits(page);

    const visitor = await openPage(browser, { lang });
    await visitor.goto(base + shown);
    const range = await visitor.locator('#sroi').innerText();
    await fits(visitor);
    await visitor.locator('#sroi a').click();
    await visitor.locator('#ratio').waitFor();
    assert.ok(range.replace(/\s/g, '').includes((await visitor.locator('#ratio').innerText()).replace(/\s/g, '')), range);
    await fits(visitor);
    const csv = String(await download(visitor, visitor.locator('#map-csv')));
    assert.equal(Number(command(csv).base.ratio).toFixed(2), ((PRESENT / 100000) * (lang === 'zh' ? 1.2 : 1.4)).toFixed(2));
    const stranger = await as('vendor@demo.example', lang);
    assert.equal((await stranger.goto(base + path + '/sroi')).status(), 404);
    stranger.complaints.length = 0;
  });

  test(`a company's offer, the team's yes (${lang})`, SKIP, async () => {
    const company = await as(lang === 'zh' ? 'vendor@demo.example' : 'auditor@demo.example', lang, { javaScriptEnabled });
    const team = await as('team@demo.example', lang);
    const { path, shown } = await ownProposal(team);
    const number = shown.match(/(\d+)\?/)[1], round = shown.match(/round=(.*)/)[1];
    const details = lang === 'zh' ? 'zhang@firm.example' : 'smith@firm.example';

    await company.goto(base + '/fund/support');
    await fits(company);
    await company.goto(base + '/fund/support/new');
    await submit(company, '#interest', { organisation: '晴空（測試）', offer: 'Two vans', contact: 'Somebody', email: details });
    assert.ok((await company.locator('#error-summary li').count()) >= 1); // no kind, no field or goal
    await fits(company);
    await company.locator('#f-kinds').check();
    for (const box of await company.locator('[name="fields"]').all()) await box.check();
    await press(company, '#interest button[type=submit]');
    await says(company, said(lang, 'Your interest is recorded. These proposals fit it.'));
    await fits(company);
    const mine = new URL(company.url()).pathname;
    await company.goto(`${base}${mine}?round=${round}`);
    const points = (await company.locator('main .rise-card strong').allInnerTexts()).map((t) => Number(t.match(/\d+/))).filter(Boolean);
    assert.ok(points.length > 0 && points.every((p, i) => i === 0 || p <= points[i - 1]), `not in order: ${points}`);
    const card = company.locator(`#p-${number}`);
    await card.locator('summary').click();
    await card.locator('textarea').fill('May we call you?');
    await press(company, `#p-${number} button[type=submit]`);
    await says(company, said(lang, 'The team has your message. You hear from us when it answers.'));
    assert.equal(await company.locator(`#p-${number} form`).count(), 0, 'it can be sent twice');
    await company.goto(base + '/fund/support');
    assert.doesNotMatch(await main(company), /round\d\.example/, 'the team\'s address stands there before its yes');

    await team.goto(base + path);
    await team.setViewportSize(PHONE);
    const place = (selector) => team.locator(selector).first().boundingBox().then((b) => b.y);
    assert.ok((await place('.rise-panel')) < (await place('#f-team_name')), 'the next step does not come first on a phone');
    await fits(team);
    await team.goto(base + path + '/support');
    assert.ok(!(await main(team)).includes(details), 'the company\'s address stands there before the yes');
    await fits(team);
    const offer = team.locator('.rise-card').filter({ hasText: 'May we call you?' }).filter({ has: team.locator('textarea') });
    await offer.locator('textarea').fill('Tuesday');
    await Promise.all([team.waitForEvent('framenavigated'), offer.locator('button[name="yes"]').click()]);
    await says(team, details);
    await fits(team);

    await company.goto(base + '/fund/support');
    assert.match(await main(company), /round\d\.example/);
    await says(company, 'Tuesday');
    await fits(company);
    const officer = await as('officer@demo.example', lang);
    await officer.goto(`${base}/fund/office/support?round=${round}`);
    await says(officer, '晴空（測試）');
    assert.ok(!(await main(officer)).includes(details), 'the office sees contact details');
    await fits(officer);
    const csv = String(await download(officer, officer.locator('main a[href*="/support/csv"]')));
    assert.match(csv, new RegExp(`^${number},.*晴空（測試）.*,yes,`, 'm'));
  });

  test(`a milestone from its report to the bank's file (${lang})`, SKIP, async () => {
    const officer = await as('officer2@demo.example', lang, { javaScriptEnabled });
    const list = base + '/fund/office/agreements?round=fund-demo-1';
    await officer.goto(list);
    await fits(officer);
    const row = officer.locator('tbody tr').filter({ has: officer.locator('td a[href^="/fund/my/"]') }).filter({ hasNotText: said(lang, 'See it') }).first();
    const number = await row.locator('td').first().innerText();
    await row.locator('a').click();
    await fits(officer);
    const answer = officer.locator('form[action$="/answer"]').first();
    await Promise.all([officer.waitForEvent('framenavigated'), answer.locator('button:not([name])').click()]);
    assert.equal(await officer.locator('#error-summary li').count(), 1, 'a report is sent back without a word');
    await Promise.all([officer.waitForEvent('framenavigated'), officer.locator('form[action$="/answer"] button[name="accept"]').first().click()]);
    await says(officer, said(lang, 'The milestone is accepted, its amount is payable.'));
    await officer.goto(list);
    await submit(officer, '#payout');
    await says(officer, said(lang, 'The payout is recorded; download the bank\'s file.'));
    assert.match(String(await download(officer, officer.locator('a[href*="/payouts/file"]'))), new RegExp(`^${number},[1-9]\\d*,.*,999,0000\\d+,`, 'm'));
    await submit(officer, '#payout');
    await says(officer, said(lang, 'Nothing is payable today.'));
  });

  test(`an adoption and its second person (${lang})`, SKIP, async () => {
    const team = await as('team@demo.example', lang, { javaScriptEnabled });
    const { path, shown } = await ownProposal(team);
    const round = shown.match(/round=(.*)/)[1], name = lang === 'zh' ? '測試鄉公所' : 'Test township';
    await team.goto(base + path + '/adoptions');
    await submit(team, '#record', { organisation: name, kind: 'government', since: '2099-01-01', how: 'Every day.', link: 'http://t.example' });
    assert.equal(await team.locator('#f-since-error').count() + (await team.locator('#f-link-error').count()), 2);
    await fits(team);
    await submit(team, '#record', { since: '2026-01-05', link: 'https://t.example/story' });
    await says(team, said(lang, 'It is recorded. It becomes public when an officer has confirmed it.'));
    const visitor = await openPage(browser, { lang });
    await visitor.goto(`${base}/fund/adoptions?q=${encodeURIComponent(name)}`);
    assert.ok(!(await main(visitor)).includes('https://t.example/story'));
    assert.equal(await visitor.locator('main .rise-card').count(), 0);

    const officer = await as('officer@demo.example', lang);
    await officer.goto(`${base}/fund/office/adoptions?round=${round}`);
    await fits(officer);
    const card = officer.locator('.rise-card').filter({ hasText: name });
    await Promise.all([officer.waitForEvent('framenavigated'), card.locator('button[name="confirm"]').click()]);
    await says(officer, said(lang, 'The adoption is confirmed and public.'));
    await visitor.reload();
    assert.equal(await visitor.locator('main .rise-card').filter({ hasText: name }).count(), 1);
    await fits(visitor);
    assert.match(String(await download(visitor, visitor.locator('#csv'))), new RegExp(`^${round},\\d+,.*${name},government,2026-01-05,`, 'm'));
    await visitor.goto(base + shown);
    await says(visitor, name);
  });
}

test('the doctor agrees', SKIP, () => world.doctor());
