// The review: an officer invites an expert, who accepts, signs, declares a conflict, is kept from that proposal, and scores another as a draft and for good;
// the officer closes the review, compares raw and calibrated scores, records deviations with their reason and proposes; a second officer confirms; anybody
// reads the decision and checks its proof. In both languages, each in a world of its own, because a review is decided once.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaints, download, fits, haveBrowser, openAs, openPage, said, says, startBrowser, startWorld, submit } from './lib.mjs';

const AT = '?round=fund-demo-3&stage=first'; // the round whose review is open
const EXPERT = 'expert@uni.example';
const flash = (page, lang, msgid) => says(page, said(lang, msgid));

async function isInvited(officer, lang) {
  await officer.goto(`${officer.base}/fund/office/board${AT}`);
  await fits(officer);
  for (const tab of await officer.locator('.rise-tabs a').all()) assert.ok(await tab.isVisible());
  await officer.goto(`${officer.base}/fund/office/board/reviewers${AT}`);
  await fits(officer);
  await submit(officer, '#invite', { email: EXPERT, name: '周新評', organisation: '測試大學' });
  await flash(officer, lang, 'The invitation is on its way.');
}

// Accepts and signs; before that no proposal opens. Gives the numbers of the first proposals.
async function accepts(expert, lang) {
  const base = expert.base;
  await expert.goto(base + '/fund/board');
  await fits(expert);
  await submit(expert, '#answer');
  await flash(expert, lang, 'Thank you. Please read and sign the statement next.');
  assert.equal((await expert.goto(`${base}/fund/board/1${AT}`)).status(), 403);
  await expert.goto(`${base}/fund/board/statement${AT}`);
  await fits(expert);
  await submit(expert, '#sign', { agree: true });
  assert.match(expert.url(), /\/fund\/board\/proposals/);
  await fits(expert);
  const numbers = (await expert.locator('article.rise-card').evaluateAll((all) => all.map((e) => e.id.slice(1)))).slice(0, 4);
  const wish = expert.locator(`#p${numbers[1]} button`).first();
  await wish.click();
  await expert.locator(`#p${numbers[1]} button[aria-pressed=true]`).waitFor();
  return numbers;
}

async function hasAConflict(expert, officer, lang, numbers) {
  const [mine, other, third] = numbers, base = expert.base;
  await expert.goto(`${base}/fund/board/proposals/${mine}/conflict${AT}`);
  await fits(expert);
  await submit(expert, '#declare', { kind: 'family' });
  await flash(expert, lang, 'Your conflict of interest is recorded. The proposal is closed to you now.');
  await officer.goto(`${base}/fund/office/board/conflicts${AT}`);
  await fits(officer);
  await says(officer, '周新評');
  await officer.goto(`${base}/fund/office/board/assignment${AT}`);
  await fits(officer);
  for (const [number, refused] of [[mine, true], [other, false]]) {
    if (!(await officer.locator('#add').isVisible())) await officer.locator('details').filter({ has: officer.locator('#add') }).locator('summary').click();
    await submit(officer, '#add', { reviewer: '周新評', number, reason: '熟悉這個領域' });
    assert.equal(await officer.locator('#error-summary').count(), Number(refused));
  }
  assert.equal((await expert.goto(`${base}/fund/board/${mine}${AT}`)).status(), 403); // by its address
  assert.match(await expert.locator('main').innerText(), /FND-405/);
  assert.equal((await expert.goto(`${base}/fund/board/${third}${AT}`)).status(), 404);
}

async function scores(expert, lang, number) {
  await expert.goto(`${expert.base}/fund/board/${number}${AT}`);
  await fits(expert);
  const draft = async () => Promise.all([expert.waitForEvent('framenavigated'), expert.locator('#do-draft').click()]);
  await expert.locator('#f-social').selectOption('7');
  await draft();
  await flash(expert, lang, 'The draft is saved.');
  assert.equal(await expert.locator('#f-social').inputValue(), '7');
  await submit(expert, '#sheet'); // three scores and the comment are missing
  assert.equal(await expert.locator('#error-summary a').count(), 4);
  assert.equal(await expert.locator('#f-social').inputValue(), '7');
  await fits(expert);
  await submit(expert, '#sheet', { impact: '8', innovation: 'x', feasibility: '6', overall: '做法具體。' });
  await flash(expert, lang, 'Your review is submitted. You can change it until the review closes.');
  await fits(expert);
}

async function closes(officer, lang) {
  const base = officer.base;
  await officer.goto(`${base}/fund/office/board/progress${AT}`);
  await fits(officer);
  await officer.goto(`${base}/fund/office/board${AT}`);
  await submit(officer, '#close');
  assert.match(await officer.locator('#error-summary').innerText(), /\S/); // reviews are missing: why close all the same?
  await submit(officer, '#close', { reason: '其餘委員因病無法完成' });
  await officer.goto(`${base}/fund/office/board/results${AT}`);
  await fits(officer);
  const cells = await officer.locator('#results tbody tr').first().locator('td').allInnerTexts();
  assert.ok(cells.filter((c) => /^\d\.\d{3}$/.test(c)).length >= 2, `raw and calibrated: ${cells}`);
}

// One from below the line instead of the last above it; each with its reason, and only then do the places suffice.
async function proposes(officer, lang) {
  const base = officer.base;
  await officer.goto(`${base}/fund/office/board/decision${AT}`);
  await fits(officer);
  const rows = officer.locator('#draft tbody tr');
  const chosen = await rows.filter({ has: officer.locator('.govuk-tag--green') }).count();
  const number = (at) => rows.nth(at).locator('td').nth(2).innerText();
  const [last, next] = [await number(chosen - 1), await number(chosen)];
  await submit(officer, '#deviate', { number: next, take: 'in', reason: '唯一的離島提案' });
  await flash(officer, lang, 'The deviation is recorded with its reason.');
  await submit(officer, '#propose', { reason: '依序決定。' });
  await officer.locator('#error-summary').waitFor(); // one too many
  await submit(officer, '#deviate', { number: last, take: 'out', reason: '與另一件重複' });
  await fits(officer);
  await submit(officer, '#propose', { reason: '依校準分數，另取一件離島提案。' });
  await flash(officer, lang, 'The decision is proposed. Another officer has to confirm it.');
  assert.equal(await officer.locator('#confirm').count(), 0, 'nobody confirms their own');
  await fits(officer);
  return [last, next];
}

async function isPublished(visitor, lang, world, [last, next]) {
  await visitor.goto(`${world.base}/fund/decisions?round=fund-demo-3`);
  await fits(visitor);
  await says(visitor, '依校準分數，另取一件離島提案。');
  const row = (n) => visitor.locator('tbody tr').filter({ has: visitor.locator('td:first-child', { hasText: new RegExp(`^${n}$`) }) });
  assert.match(await row(next).innerText(), /唯一的離島提案/);
  assert.match(await row(last).innerText(), /與另一件重複/);
  assert.doesNotMatch(await visitor.locator('main').innerText(), /周新評/, 'experts are not named');
  const proof = join(world.dir, 'decision.json');
  writeFileSync(proof, await download(visitor, visitor.locator('a[href*="/fund/decisions/proof"]').first()));
  assert.match(world.run('verify-log', proof, (await (await fetch(world.base + '/log/vkey')).text()).trim()), /The record is entry \d+ of it/);
}

for (const [name, lang] of [['Chinese', 'zh'], ['English', 'en']])
  test(`a review from invitation to decision, in ${name}`, { skip: !haveBrowser && 'no Chromium' }, async () => {
    const world = await startWorld({ firms: 20 }), browser = await startBrowser();
    try {
      const as = async (email) => Object.assign(await openAs(browser, world, email, { lang }), { base: world.base });
      const officer = await as('officer@demo.example');
      await isInvited(officer, lang);
      const expert = await as(EXPERT);
      const numbers = await accepts(expert, lang);
      await hasAConflict(expert, officer, lang, numbers);
      await scores(expert, lang, numbers[1]);
      await closes(officer, lang);
      const departed = await proposes(officer, lang);
      const second = await as('officer2@demo.example');
      await second.goto(`${world.base}/fund/office/board/decision${AT}`);
      await submit(second, '#confirm');
      await flash(second, lang, 'The decision is confirmed and published. The teams have been told.');
      await fits(second);
      await isPublished(await openPage(browser, { lang }), lang, world, departed);
      world.doctor();
      for (const page of [officer, expert, second])
        assert.deepEqual(complaints(page), []);
    } finally {
      await browser.close();
      await world.stop();
    }
  });
