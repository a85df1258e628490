// The whole way of the marketplace, clicked through: from a business number that the register has just learnt to a paid vendor, a rating and a
// proof. In both languages, and once without JavaScript. Each run has a world of its own, because a vendor is paid once a day.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { businessNumber, download, haveBrowser, main, openAs, openPage, registryCsv, said, says, signIn, startBrowser, startWorld, submit } from './lib.mjs';

const FIRM = '午後山羌烘焙坊';
const GRANT = 30000;

const number = (text) => Number(text.replace(/\D/g, ''));
const flash = (page, lang, msgid) => page.locator('.rise-flash').innerText().then((text) => assert.equal(text.trim(), said(lang, msgid)));

async function importRegister(officer, base, lang, ubn) {
  await officer.goto(base + '/market/office/registry');
  const csv = registryCsv([[ubn, FIRM, 240000, '1080315', '獨資', '臺南市螢火路7號', '麵包烘焙']]);
  await submit(officer, '#import', { file: { name: 'register.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) }, as_of: '2026-01-02' });
  assert.equal(await officer.locator('#import-done').innerText(), said(lang, 'Imported'));
}

async function checkEligibility(page, base, lang, ubn) {
  await page.goto(base + '/market/eligibility');
  await page.locator('#check summary').click();
  await submit(page, '#check', { headcount: '4', ubn });
  await says(page, FIRM);
  await says(page, said(lang, 'Yes: your firm can have {1} points', '30,000'));
  assert.equal(await page.locator('#criteria > li').count(), 4);
  await page.locator('#to-register').click();
}

async function register(page, lang, ubn) {
  await submit(page, '#look-up', { ubn });
  await says(page, FIRM);
  await submit(page, '#register-form', { headcount: '4', trade: 'food', address: '臺南市螢火路7號', phone: '06-0000007', confirm: true });
  await flash(page, lang, 'Your firm is registered. You act for it now.');
}

async function getPoints(page, base, lang) {
  await page.goto(base + '/market/firm/points');
  assert.equal(await page.locator('#conditions > li').count(), 6);
  await submit(page, '#points-form', { agree: true });
  assert.equal(new URL(page.url()).pathname, '/market/firm');
  await says(page, said(lang, 'Can be used'));
  assert.match(await page.locator('#points').innerText(), /30,000/);
  const proof = JSON.parse(await download(page, page.locator('a[href*="/grants/"][href$="/proof"]')));
  assert.match(proof.record, /market\.grant\.given/);
}

// Two characters find the service among the others; the category narrows, four are compared.
async function find(page, base, lang, offer) {
  const query = offer.name.slice(-2);
  await page.goto(base + '/market');
  const all = number(await page.locator('#found').innerText());
  const filters = page.locator('.rise-filters form');
  if (!(await page.locator('#f-q').isVisible())) await page.locator('.rise-filters__summary').click();
  await page.locator('#f-q').fill(query);
  await submit(page, '.rise-filters form');
  const found = await page.locator('.rise-service').count();
  assert.ok(found > 0 && (await page.locator('#found').innerText()).includes(query));
  assert.ok(all > found, `${query} found everything`);
  if (!(await page.locator('#f-category').isVisible())) await page.locator('.rise-filters__summary').click();
  await filters.locator('#f-category').selectOption(offer.category);
  if (!page.scripted) await filters.locator('button').click(); // with scripts a choice is sent by itself
  await page.waitForURL(/category=/);
  await says(page, said(lang, 'You pay {1}', '').trim());
  await page.goto(`${base}/market?q=${encodeURIComponent(offer.vendor_name.slice(0, 4))}`);
  const boxes = page.locator('#compare-form input[type=checkbox]');
  await page.locator(`#cmp-${offer.id}`).check();
  for (let i = 0; i < 4 && (await page.locator('#compare-form input:checked').count()) < 4; i++) await boxes.nth(i).check();
  await submit(page, '#compare-form');
  assert.equal(await page.locator('#compare thead th').count(), 4);
  await page.locator(`#compare a[href="/market/solutions/${offer.id}"]`).click();
  await page.waitForURL(`**/market/solutions/${offer.id}`);
}

async function order(page, lang) {
  await page.locator('.rise-grid .rise-card a.govuk-button').first().click();
  await page.waitForURL(/\/order$/);
  const [price, points, own] = (await page.locator('#quote dd').allInnerTexts()).map(number);
  assert.equal(price, points + own);
  assert.equal(points, Math.floor((price * 4) / 5));
  const hash = (await main(page)).match(/\b[0-9a-f]{64}\b/)?.[0];
  assert.ok(hash, 'the contract shows its SHA-256');
  const contract = await download(page, page.locator('a[href$="/pdf"]'));
  assert.equal(contract.subarray(0, 5).toString('latin1'), '%PDF-');
  await submit(page, '#order-form', { agree: true });
  assert.match(new URL(page.url()).pathname, /^\/market\/orders\/[0-9a-z]{13}$/);
  await flash(page, lang, 'The order was placed. The vendor has been told.');
  const receipt = await download(page, page.locator('#receipt'));
  assert.equal(receipt.subarray(0, 5).toString('latin1'), '%PDF-');
  return { path: new URL(page.url()).pathname, number: (await main(page)).match(/[0-9A-Z]{5}(-[0-9A-Z]{5}){3}/)[0], points, own, price };
}

async function move(page, base, lang, o, name, values, done) {
  await page.goto(base + o.path);
  await page.locator(`#do-${name}`).click();
  await submit(page, '#move-form', values);
  await flash(page, lang, done);
}

// The vendor's program says that the firm has signed in, with a key made on the account's page. Saying it again changes nothing.
async function reportUse(vendor, base, lang, o) {
  await vendor.goto(base + '/account/keys');
  await submit(vendor, 'main form[action="/account/keys"]', { label: 'first use' });
  await says(vendor, said(lang, 'This is the new key. It is shown only now; copy it to where it is needed.'));
  const key = await vendor.locator('main code').first().innerText();
  for (let i = 0; i < 2; i++) {
    const answer = await fetch(base + '/api/market/usage', {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ order: o.number, id: 'login-1' }),
    });
    const text = await answer.text();
    assert.equal(answer.status, 200, text);
    assert.equal(JSON.parse(text).state, 'captured');
  }
}

async function payOut(officer, base, lang, o, ubn) {
  await officer.goto(base + '/market/office/budget');
  const today = await officer.locator('#pay [name=on]').inputValue();
  await submit(officer, '#pay', { sure: true });
  await flash(officer, lang, 'The vendors were paid. Download the file for the bank below.');
  const rows = (await download(officer, officer.locator(`a[href$="file?on=${today}"]`))).toString().replace(/^\ufeff/, '').trim().split(/\r?\n/);
  const heads = rows[0].split(',');
  const paid = rows.slice(1).map((r) => Object.fromEntries(r.split(',').map((v, i) => [heads[i], v]))).find((r) => r.vendor_ubn === ubn);
  assert.ok(paid, `the vendor ${ubn} is in the file`);
  assert.equal(paid.day, today);
  assert.ok(Number(paid.amount_twd) >= o.points);
}

// The proof of the capture holds; with any one byte changed it does not.
async function prove(page, world, lang, o) {
  await page.goto(world.base + o.path);
  const proofs = page.locator('#history a[href$="/proof"]');
  assert.ok((await proofs.count()) >= 4);
  const vkey = (await (await fetch(world.base + '/log/vkey')).text()).trim();
  const file = join(world.dir, 'proof.json');
  const kept = await download(page, proofs.first());
  writeFileSync(file, kept);
  assert.match(world.run('verify-log', file, vkey), /The record is entry \d+ of it/);
  const text = kept.toString();
  for (const part of ['"record"', '"salt"', '"path"', '"checkpoint"', '"index"']) {
    const at = text.slice(text.indexOf(part) + part.length).search(/\d/) + text.indexOf(part) + part.length;
    const changed = text.slice(0, at) + ((Number(text[at]) + 1) % 10) + text.slice(at + 1);
    writeFileSync(file, changed);
    assert.equal(world.command('verify-log', file, vkey).status, 1, `a changed byte in ${part} was not noticed`);
  }
}

async function offerOf(world) {
  const name = world.parties.vendor;
  const { solutions } = await (await fetch(`${world.base}/api/market/solutions?q=${encodeURIComponent(name.slice(0, 4))}`)).json();
  const offer = solutions.find((s) => s.vendor_name === name);
  assert.ok(offer, `${name} has a service on offer`);
  return offer;
}

for (const { name, lang, javaScriptEnabled, use } of [
  { name: 'in Chinese', lang: 'zh', javaScriptEnabled: true, use: 'buyer' },
  { name: 'in English', lang: 'en', javaScriptEnabled: true, use: 'api' },
  { name: 'in Chinese without JavaScript', lang: 'zh', javaScriptEnabled: false, use: 'buyer' },
]) {
  test(`the whole way ${name}`, { skip: !haveBrowser && 'no Chromium' }, async (t) => {
    const world = await startWorld({ firms: 20 });
    t.after(() => world.stop());
    const browser = await startBrowser();
    t.after(() => browser.close());
    const options = { lang, javaScriptEnabled };
    const { base } = world;
    const ubn = businessNumber(3);
    const offer = await offerOf(world);

    const officer = await openAs(browser, world, 'officer@demo.example', options);
    await importRegister(officer, base, lang, ubn);

    const firm = await openPage(browser, options);
    await checkEligibility(firm, base, lang, ubn);
    await signIn(firm, base, `baker@${lang}.example`);
    await firm.goto(base + '/market/register');
    await register(firm, lang, ubn);
    await getPoints(firm, base, lang);
    await find(firm, base, lang, offer);
    const o = await order(firm, lang);

    const vendor = await openAs(browser, world, 'vendor@demo.example', options);
    await move(vendor, base, lang, o, 'accept', {}, 'The order was accepted. The firm has been told.');
    await move(vendor, base, lang, o, 'activate', { invoice: 'AB12345678', own_share_received: true }, 'The service is activated. The firm has been told.');
    if (use === 'api') await reportUse(vendor, base, lang, o);
    else await move(firm, base, lang, o, 'use', {}, 'Thank you. The points were paid to the vendor, and you can rate the service now.');
    await firm.goto(base + '/market/firm');
    assert.match(await firm.locator('#points').innerText(), new RegExp((GRANT - o.points).toLocaleString('en')));

    await payOut(officer, base, lang, o, await vendorNumber(officer, base, offer));
    const opinion = lang === 'zh' ? '設定很快，客人第一天就會用。' : 'Set up quickly; our customers used it on the first day.';
    await move(firm, base, lang, o, 'rate', { ease: '5', function: '4', support: '5', value: '4', text: opinion }, 'Thank you. Your rating is published.');
    await vendor.goto(`${base}/market/solutions/${offer.id}`);
    await says(vendor, opinion);
    await prove(firm, world, lang, o);
    world.doctor();
    for (const page of [firm, vendor, officer]) assert.deepEqual(page.complaints, []);
  });
}

async function vendorNumber(page, base, offer) {
  await page.goto(`${base}/market/vendors/${offer.vendor}`);
  return (await main(page)).match(/\b\d{8}\b/)[0];
}
