// A document is sent to be signed: uploaded, people named, fields placed by keyboard and by finger, sent; the room on its way; a template used, for one
// and for a list of people whose wrong rows are named; without JavaScript.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESKTOP, PHONE, complaints, download, drag, fits, haveBrowser, inWorld, openPage, said, says, submit } from './lib.mjs';

const SKIP = { skip: !haveBrowser && 'no Chromium' };
const OWNER = 'vendor'; // has no rooms in the demonstration
let world, browser, base, pdf, session;

inWorld((made) => {
  ({ world, browser, base } = made);
  pdf = join(world.dir, '租約 2026.pdf');
  writeFileSync(join(world.dir, 'none.txt'), 'nothing');
  world.command('verify', join(world.dir, 'none.txt'), '--pdf', pdf); // any PDF
});

// The role's link works once: further pages get the cookies of the first.
async function owner(options) {
  const page = await openPage(browser, options);
  page.lang = options.lang;
  if (session) await page.context().addCookies(session);
  else {
    await page.goto(world.links[OWNER]);
    await page.locator('main form button').click();
    await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
    session = await page.context().cookies();
  }
  return page;
}

async function upload(page) {
  await page.goto(`${base}/sign/rooms/new?lang=${page.lang === 'zh' ? 'zh-Hant' : 'en'}`);
  await submit(page, '#new-room', { file: pdf });
  return page.url().replace(/\/people$/, '');
}

async function addTwo(page) {
  await submit(page, '#add-person', { name: '林𣿆川', email: 'amy@t.example', step: '1' });
  await submit(page, '#add-person', { name: 'Bob', email: 'bob@t.example', step: '2', speaks: 'en', level: 'link' });
}

// By keyboard alone: a field for each is added, moved, made larger; one is undone.
async function place(page) {
  await page.waitForSelector('[data-module="place-fields"][data-ready]');
  await page.locator('[data-add="signature"]').focus();
  await page.keyboard.press('Enter');
  const first = page.locator('.rise-place__field').first();
  const before = await first.boundingBox();
  for (const key of ['ArrowDown', 'ArrowDown', 'Shift+ArrowRight']) await page.keyboard.press(key);
  const moved = await first.boundingBox();
  assert.ok(moved.y > before.y && moved.width > before.width, 'the keys move and widen the field');
  await page.locator('[name="place-signer"]').nth(1).focus();
  await page.keyboard.press('Space');
  await page.locator('[data-add="signature"]').focus();
  await page.keyboard.press('Enter');
  await page.locator('[data-add="date"]').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.rise-place__field').count(), 3);
  await page.keyboard.press('Control+z');
  assert.equal(await page.locator('.rise-place__field').count(), 2);
  await page.waitForFunction((text) => document.querySelector('.rise-place__status').textContent === text, said(page.lang, 'All changes are saved.'));
}

// With a finger: a field is added, dragged, and made larger at its corner; the page does not scroll under it.
async function placeByFinger(page) {
  await page.setViewportSize(PHONE);
  await page.reload();
  await page.waitForSelector('[data-module="place-fields"][data-ready]');
  const count = await page.locator('.rise-place__field').count();
  await page.locator('.rise-place__pages').scrollIntoViewIfNeeded();
  await page.locator('[data-add="check"]').click();
  const field = page.locator('.rise-place__field--chosen');
  assert.equal(await page.locator('.rise-place__field').count(), count + 1);
  const before = await field.boundingBox();
  const scrolled = await page.evaluate(() => scrollY);
  await drag(page, [before.x + 3, before.y + 3], [before.x + 43, before.y + 33]);
  const moved = await field.boundingBox();
  assert.ok(Math.abs(moved.x - before.x - 40) < 3 && Math.abs(moved.y - before.y - 30) < 3, `the finger takes the field along: ${JSON.stringify([before, moved])}`);
  const corner = await page.locator('.rise-place__field--chosen .rise-place__corner').boundingBox();
  assert.ok(corner.width >= 24 && corner.height >= 24, 'the corner can be hit');
  await drag(page, [corner.x + corner.width / 2, corner.y + corner.height / 2], [corner.x + corner.width / 2 + 30, corner.y + corner.height / 2 + 20]);
  const larger = await field.boundingBox();
  assert.ok(larger.width > moved.width + 25 && larger.height > moved.height + 15, `the corner makes it larger: ${JSON.stringify([moved, larger])}`);
  assert.equal(await page.evaluate(() => scrollY), scrolled);
  await page.waitForFunction((text) => document.querySelector('.rise-place__status').textContent === text, said(page.lang, 'All changes are saved.'));
  await page.setViewportSize(DESKTOP);
}

test('uploaded, placed by keyboard and by finger, sent, ended (zh)', SKIP, async () => {
  const page = await owner({ lang: 'zh' });
  await page.goto(`${base}/sign/rooms?lang=zh-Hant`);
  await says(page, said('zh', 'No documents yet'));
  await page.goto(`${base}/sign/rooms/new`);
  await fits(page);
  await submit(page, '#new-room', { file: join(world.dir, 'none.txt') });
  await says(page, said('zh', 'A file of this kind is not accepted here. Accepted: {1}.', 'application/pdf'));
  const room = await upload(page);
  await addTwo(page);
  await fits(page);
  await page.goto(room + '/check');
  await says(page, said('zh', 'There is no field for the signature of {1}.', '林𣿆川'));
  await page.goto(room + '/fields');
  await place(page);
  await placeByFinger(page);
  await fits(page);
  await page.goto(room + '/check');
  await fits(page);
  await submit(page, '#send');
  await says(page, said('zh', '{1} of {2} have signed', 0, 2));
  await fits(page);
  await page.goto(`${base}/sign/rooms?q=amy`);
  await says(page, said('zh', 'waiting for {1}', '林𣿆川'));
  await fits(page);
  await page.goto(`${base}/outbox`);
  await says(page, '租約 2026');
  await page.goto(room);
  await page.locator('details', { has: page.locator('#void') }).locator('summary').click();
  await submit(page, '#void', { reason: '重新擬約' });
  await says(page, '重新擬約');
  assert.deepEqual(complaints(page), []);
});

// A list with two wrong rows is refused whole, and says which; mended, it makes a document for each row.
async function sendToList(page) {
  const msg = (text, ...args) => said(page.lang, text, ...args);
  await page.goto(`${base}/sign/rooms/bulk`);
  await fits(page);
  const [headings] = String(await download(page, page.locator('#samples a').first())).split('\r\n');
  const list = (...rows) => ({ name: 'people.csv', mimeType: 'text/csv', buffer: Buffer.from([headings, ...rows, ''].join('\r\n')) });
  const good = ['甲,a@t.example,zh,Zoe,zoe@t.example,en', '乙,b@t.example,zh,Yan,yan@t.example,en'];
  await submit(page, '#bulk', { file: list(good[0], 'Carl,nowhere,en,Dora,dora@t.example,fr', good[0]), confirmed: true });
  await says(page, msg('Nothing was imported'));
  for (const what of [msg('This is no e-mail address: {1}', 'nowhere'), msg('The language is zh or en, not {1}.', 'fr'), msg('The same people as in row {1}.', 2)])
    await says(page, what);
  await fits(page);
  await submit(page, '#bulk', { file: list(...good), confirmed: true });
  await page.locator('#counts').filter({ hasText: msg('{1} of {2} sent, {3} not sent', 2, 2, 0) }).waitFor();
  await page.waitForFunction(() => !document.querySelector('progress')); // the page loads itself once more when the job has ended
  await says(page, '甲');
  await fits(page);
  await page.goto(base + (await page.locator('#rows a').first().getAttribute('href')));
  await says(page, msg('{1} of {2} have signed', 0, 2));
}

test('the same pages in English, and a template used', SKIP, async () => {
  const page = await owner({ lang: 'en' });
  const room = await upload(page);
  await addTwo(page);
  await fits(page);
  await page.goto(room + '/fields');
  await page.waitForSelector('[data-module="place-fields"][data-ready]');
  await submit(page, '#default');
  await page.waitForSelector('.rise-place__field >> nth=1');
  await fits(page);
  await page.goto(room + '/check');
  await fits(page);
  await submit(page, '#send');
  await fits(page);
  await page.locator('#people a').first().click();
  await submit(page, '#correct', { email: 'amy2@t.example' });
  await says(page, 'amy2@t.example');
  await page.locator('details', { has: page.locator('#template') }).locator('summary').click();
  await submit(page, '#template', { title: 'Lease' });
  await page.goto(page.url().replace('/people', '/check'));
  assert.equal(await page.locator('#lacks').count(), 0, "a template's people are named when it is used");
  await page.goto(page.url().replace('/check', '/use'));
  await fits(page);
  await submit(page, '#use', { 'name-00': 'Carl', 'email-00': 'carl@t.example', 'name-01': 'Dora', 'email-01': 'dora@t.example' });
  await says(page, 'Dora');
  assert.equal(await page.locator('#send-button').count(), 1);
  await sendToList(page);
  assert.deepEqual(complaints(page), []);
});

test('without JavaScript', SKIP, async () => {
  const page = await owner({ lang: 'en', javaScriptEnabled: false });
  const room = await upload(page);
  await addTwo(page);
  await page.goto(room + '/fields');
  await page.locator('details', { has: page.locator('#add-field') }).locator('summary').click();
  await submit(page, '#add-field', { kind: 'text', x: '500', label: 'Address' });
  await says(page, said('en', 'A field lies outside page {1}, or is too small.', 1));
  await submit(page, '#add-field', { x: '20' });
  await submit(page, '#default');
  assert.equal(await page.locator('#fields tbody tr').count(), 3);
  await page.locator('#fields a').first().click();
  await submit(page, '#field', { w: '80' });
  await says(page, '80 × 20');
  await page.goto(room + '/check');
  await submit(page, '#send');
  await says(page, '0 of 2 have signed');
});
