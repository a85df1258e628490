// The call: a team begins a proposal, saves it half written, is told what is missing, hands it in with a receipt that verify-log accepts, corrects it when
// the office asks, and withdraws it; a visitor finds it in the gallery. In both languages, and once without JavaScript.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaints, download, fits, haveBrowser, inWorld, openAs, openPage, said, says, submit } from './lib.mjs';

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n');
let world, browser, base;

inWorld((made) => ({ world, browser, base } = made));

const flash = (page, lang, msgid) => says(page, said(lang, msgid));

// A draft with a title and half a thought; nothing of it is lost, nothing of it is asked for yet.
async function begin(page, lang, title) {
  await page.goto(base + '/fund');
  await fits(page);
  await page.locator('#hand-in').click();
  await page.waitForURL('**/fund/my');
  await submit(page, '#start');
  assert.match(page.url(), /\/fund\/my\/[0-9a-z]{13}\/text$/);
  await fits(page);
  assert.equal(await page.locator('#text .rise-optional').count(), 1, 'only the video is optional');
  await submit(page, '#text', { title, problem: '  half a thought ' });
  await flash(page, lang, 'Saved.');
  return new URL(page.url()).pathname;
}

async function isToldWhatIsMissing(page) {
  const missing = await page.locator('#missing li').allInnerTexts();
  assert.ok(missing.length >= 10, missing);
  await submit(page, '#submit');
  const errors = page.locator('#error-summary a');
  assert.deepEqual((await errors.allInnerTexts()).sort(), [...missing].sort());
  for (const link of await errors.all()) assert.equal(await page.locator(await link.getAttribute('href')).count(), 1, 'the link leads to the part');
  await fits(page);
}

async function complete(page, path, title) {
  const document = join(world.dir, 'plan.pdf');
  writeFileSync(document, PDF);
  await page.goto(base + path + '/text');
  assert.equal(await page.locator('[name=title]').inputValue(), title);
  assert.equal(await page.locator('[name=problem]').inputValue(), 'half a thought');
  await submit(page, '#text', {
    team_name: '夜讀小隊', team_kind: 'local', county: 'ILA', title_en: 'Reading lamps', summary: '偏鄉孩子晚上也能讀書。', summary_en: 'Children read at night.',
    field: 'welfare', sdgs: true, problem: '燈太暗。', solution: '做燈。', impact: '百名學童。', plan: '三個月。', phone: '02-2345-6789', email: 'lamp@t.example',
  });
  await page.locator('details').filter({ has: page.locator('#author') }).locator('summary').click();
  await submit(page, '#author', { name: '林小夜', organisation: '夜讀協會', author_email: 'lin@t.example' });
  await page.locator('details').filter({ has: page.locator('#file') }).locator('summary').click();
  await submit(page, '#file', { file: document });
  assert.equal(await page.locator('#missing').count(), 0);
  assert.deepEqual(await download(page, page.locator('a[href^="/fund/files/"]')), PDF);
}

// The receipt's proof names what was handed in, and verify-log accepts it.
async function handIn(page, receipts) {
  await submit(page, '#submit');
  await page.locator('#receipts').waitFor();
  assert.equal(await page.locator('a[href$="/proof"]').count(), receipts);
  const content = await download(page, page.locator('a[href$="/content"]').first());
  assert.match(content.toString(), /夜讀小隊/);
  const proof = join(world.dir, 'receipt.json');
  writeFileSync(proof, await download(page, page.locator('a[href$="/proof"]').first()));
  const vkey = (await (await fetch(base + '/log/vkey')).text()).trim();
  assert.match(world.run('verify-log', proof, vkey), /The record is entry \d+ of it/);
  return (await page.locator('#state').innerText()).match(/\d+/)[0];
}

async function decides(officer, lang, title, move, reason, state = 'submitted') {
  await officer.goto(`${base}/fund/office/proposals?round=fund-demo-4&state=${state}`);
  await fits(officer);
  await officer.locator('tbody a').filter({ hasText: lang === 'en' ? 'Reading lamps' : title }).click();
  await officer.locator('#decide').waitFor();
  await fits(officer);
  if (move === 'correct' || move === 'reopen') {
    await submit(officer, '#decide', { move });
    await officer.locator('#error-summary').waitFor(); // the reason is missing
  }
  await submit(officer, '#decide', { move, ...(reason && { reason }) });
  await flash(officer, lang, 'The decision is recorded, the team was told.');
}

async function findsIt(visitor, lang, number, title) {
  await visitor.goto(base + '/fund/proposals');
  const all = Number((await visitor.locator('#found').innerText()).match(/\d+/)[0]);
  await visitor.goto(`${base}/fund/proposals?q=${encodeURIComponent(title)}&field=welfare&county=ILA`);
  await fits(visitor);
  assert.ok(Number((await visitor.locator('#found').innerText()).match(/\d+/)[0]) < all);
  await visitor.locator('.rise-card__title a').first().click();
  await visitor.waitForURL(new RegExp(`/fund/proposals/${number}\\?`));
  await says(visitor, '夜讀協會');
  assert.doesNotMatch(await visitor.locator('main').innerText(), /林小夜|lamp@t\.example|6789/, 'persons are not public');
  await fits(visitor);
  await visitor.goto(`${base}/fund/proposals?q=${encodeURIComponent(title)}&field=economy`); // too narrow: says what to leave out
  await visitor.locator('#nothing li a').first().click();
  assert.ok((await visitor.locator('.rise-card').count()) > 0);
}

async function way(lang, javaScriptEnabled) {
  const title = `偏鄉夜讀燈 ${lang}${javaScriptEnabled ? '' : '0'}`, options = { lang, javaScriptEnabled };
  const team = await openAs(browser, world, `lamp-${lang}-${Number(javaScriptEnabled)}@t.example`, options);
  const officer = await openAs(browser, world, 'officer@demo.example', options);
  const visitor = await openPage(browser, options);
  const path = await begin(team, lang, title);
  await isToldWhatIsMissing(team);
  await complete(team, path, title);
  const number = await handIn(team, 1);
  await flash(team, lang, 'Your proposal has arrived. The receipt stands below.');
  await fits(team);
  await decides(officer, lang, title, 'correct', '請補充經費。');
  await team.goto(base + path);
  await says(team, '請補充經費。');
  await team.locator('#edit').click();
  await submit(team, '#text', { plan: '三個月，三十萬元。' });
  assert.equal(await handIn(team, 2), number, 'the number stays');
  await decides(officer, lang, title, 'refuse', '經費不符。');
  await decides(officer, lang, title, 'reopen', '誤讀經費表，重新受理。', 'refused');
  await team.goto(base + path);
  await says(team, '誤讀經費表');
  assert.equal(await handIn(team, 3), number, 'the number stays');
  await decides(officer, lang, title, 'accept');
  await findsIt(visitor, lang, number, title);
  await team.goto(base + path);
  await team.locator('#withdraw').click();
  await fits(team);
  await submit(team, '#withdraw-form', { reason: '團隊解散。' });
  await flash(team, lang, 'The proposal was withdrawn.');
  assert.equal((await visitor.goto(`${base}/fund/proposals/${number}?round=fund-demo-4`)).status(), 404);
  for (const page of [team, officer]) {
    assert.deepEqual(complaints(page), []);
    await page.context().close();
  }
  await visitor.context().close();
}

test('a proposal’s way, in Chinese', { skip: !haveBrowser && 'no Chromium' }, () => way('zh', true));
test('a proposal’s way, in English', { skip: !haveBrowser && 'no Chromium' }, () => way('en', true));
test('a proposal’s way without JavaScript', { skip: !haveBrowser && 'no Chromium' }, () => way('zh', false));
test('the books and the log agree', { skip: !haveBrowser && 'no Chromium' }, () => world.doctor());
