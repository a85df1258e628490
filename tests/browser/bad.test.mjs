// Bad input, as browsers send it: each gets a message that says what to do, in the language of the person, and nothing is lost or spent twice.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { businessNumber, download, haveBrowser, main, openAs, registryCsv, said, says, startBrowser, startWorld, submit } from './lib.mjs';

const SKIP = { skip: !haveBrowser && 'no Chromium' };
const LANGS = ['zh', 'en'];
const FREE = 20; // firms that the register knows and nobody has registered
let world, browser, base, taken = 0;
const free = Array.from({ length: FREE }, (_, i) => businessNumber(i));
const officers = {};

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld({ firms: 20 });
  base = world.base;
  const file = join(world.dir, 'register.csv');
  writeFileSync(file, registryCsv(free.map((ubn, i) => [ubn, `試誤水獺第${i + 1}號`, 200000, '1080315', '獨資', '臺南市螢火路7號', '餐館'])));
  world.run('market', 'import-registry', file);
  browser = await startBrowser();
  for (const lang of LANGS) officers[lang] = await openAs(browser, world, 'officer@demo.example', { lang });
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

// In one language and the other by turns (tools/i18n.py finds what is not translated); afterwards everything must still add up.
let turn = 0;
function byTurns(name, body) {
  const lang = LANGS[turn++ % 2];
  test(`${name} (${lang})`, SKIP, async () => {
    await body({ lang, officer: officers[lang] });
    world.doctor();
  });
}

// A signed-in person with a firm, and points unless told otherwise.
async function newFirm(lang, { points = true } = {}) {
  const ubn = free[taken++];
  const email = `f${ubn}@firm.example`;
  const page = await openAs(browser, world, email, { lang });
  await page.goto(`${base}/market/register?ubn=${ubn}`);
  await submit(page, '#register-form', { headcount: '3', trade: 'food', confirm: true });
  if (points) {
    await page.goto(base + '/market/firm/points');
    await submit(page, '#points-form', { agree: true });
  }
  return { page, ubn, email };
}

const heading = (page) => page.locator('#error-summary').innerText();
const ordersOf = async (page) => {
  await page.goto(base + '/market/firm/orders');
  return page.locator('#orders tbody tr').count();
};

// The whole catalogue as rows (objects by heading), for the plans' prices and for imports that change them.
async function catalogue(officer) {
  await officer.goto(base + '/market/office/catalogue');
  const text = (await download(officer, officer.locator('a[href="/market/office/catalogue/file"]'))).toString().replace(/^\ufeff/, '');
  const rows = [];
  let row = [], cell = '', quoted = false;
  for (let i = 0; i < text.length; i++) {
    const ch = text[i];
    if (quoted && ch === '"' && text[i + 1] === '"') cell += text[i++];
    else if (ch === '"') quoted = !quoted;
    else if (!quoted && (ch === ',' || ch === '\n')) {
      row.push(cell);
      cell = '';
      if (ch === '\n') rows.push(row), (row = []);
    } else if (quoted || ch !== '\r') cell += ch;
  }
  const [heads, ...lines] = rows;
  return lines.map((r) => Object.fromEntries(heads.map((h, i) => [h, r[i]])));
}
const toCsv = (rows) => [Object.keys(rows[0]), ...rows.map(Object.values)].map((r) => r.map((v) => `"${v.replace(/"/g, '""')}"`).join(',') + '\n').join('');

async function upload(officer, where, buffer, { name = 'data.csv', mimeType = 'text/csv', more = {} } = {}) {
  await officer.goto(base + '/market/office/' + where);
  await submit(officer, '#import', { file: { name, mimeType, buffer: Buffer.from(buffer) }, ...more });
}
const asOf = { more: { as_of: '2026-01-02' } };

// A listed plan whose price fits, and the address of its order page.
async function planWith(officer, fits, skip = 0) {
  const rows = (await catalogue(officer)).filter((r) => r.active === '1' && fits(Number(r.price)));
  const row = rows[skip];
  assert.ok(row, 'the demonstration has such a plan');
  const { solutions } = await (await fetch(`${base}/api/market/solutions?q=${encodeURIComponent(row.name)}`)).json();
  await officer.goto(`${base}/market/solutions/${solutions.find((s) => s.name === row.name).id}`);
  const price = Number(row.price).toLocaleString('en');
  const path = await officer.locator('.rise-grid .rise-card').filter({ hasText: price }).first().locator('a.govuk-button').getAttribute('href');
  return { row, path };
}

byTurns('a wrong check digit, a number that nobody has', async ({ lang }) => {
  const page = await openAs(browser, world, `wrong-${lang}@firm.example`, { lang });
  const wrong = free[0].slice(0, 7) + ((Number(free[0][7]) + 1) % 10);
  await page.goto(base + '/market/register');
  await submit(page, '#look-up', { ubn: wrong });
  assert.ok((await heading(page)).includes(wrong));
  await says(page, said(lang, '{1} is not a valid business number: the check digit does not match.', wrong));
  assert.equal(await page.locator('#f-ubn').inputValue(), wrong);
  const unknown = businessNumber(FREE + 100);
  await submit(page, '#look-up', { ubn: unknown });
  await says(page, said(lang, 'The registry does not know the business number {1}. A firm registered in the last days may be missing; please try again after the next update.', unknown));
  await submit(page, '#look-up', { ubn: '1234' });
  await says(page, said(lang, 'Enter the 8 digits of the business number.'));
});

byTurns('points twice, a firm registered twice', async ({ lang }) => {
  const { page, ubn } = await newFirm(lang, { points: false });
  const second = await page.context().newPage();
  for (const tab of [page, second]) await tab.goto(base + '/market/firm/points');
  await submit(page, '#points-form', { agree: true });
  await submit(second, '#points-form', { agree: true });
  await says(second, said(lang, '{1} had its points already, on {2}.', ubn, '').replace(/[,，]?[^,，]*$/, ''));
  await page.goto(base + '/market/firm');
  assert.match(await page.locator('#points').innerText(), /30,000/);

  const other = await openAs(browser, world, `second-${lang}@firm.example`, { lang });
  await other.goto(`${base}/market/register?ubn=${ubn}`);
  await submit(other, '#register-form', { headcount: '9', trade: 'food', phone: '06-0000009', confirm: true });
  await says(other, said(lang, "{1} is registered already. Ask a colleague who registered it to add you, or write to the programme's office.", ubn));
  assert.equal(await other.locator('#register-form [name=phone]').inputValue(), '06-0000009');
});

byTurns('points taken back while ordering', async ({ lang, officer }) => {
  const { page, ubn } = await newFirm(lang);
  const { path } = await planWith(officer, (p) => p < 9000);
  await page.goto(base + path);
  await officer.goto(`${base}/market/office/firms?q=${ubn}`);
  await officer.locator('main table a').first().click();
  await officer.locator('summary').filter({ hasText: said(lang, 'Take the points back') }).click();
  await submit(officer, 'form[action$="/claw-back"]', { why: 'test', sure: true });
  await submit(page, '#order-form', { agree: true });
  await says(page, said(lang, 'The points of this firm were taken back.'));
  assert.equal(await ordersOf(page), 0);
});

byTurns('two browsers spend the last points at once', async ({ lang, officer }) => {
  const { page, email } = await newFirm(lang);
  const { path } = await planWith(officer, (p) => p > 18750 && p < 37500); // four fifths of it are more than half of the points
  const pages = [page, await openAs(browser, world, email, { lang })];
  for (const p of pages) {
    await p.goto(base + path);
    await p.locator('#order-form [name=agree]').check();
  }
  await Promise.all(pages.map((p) => submit(p, '#order-form')));
  const won = pages.filter((p) => /\/market\/orders\//.test(p.url()));
  assert.equal(won.length, 1, pages.map((p) => p.url()).join(' '));
  const lost = pages.find((p) => p !== won[0]);
  const left = Number((await lost.locator('#quote dd').allInnerTexts())[1].replace(/\D/g, ''));
  assert.ok(left < 15000);
  assert.ok((await heading(lost)).includes(left.toLocaleString('en')));
  await says(lost, said(lang, 'The firm has {1} points left.', left.toLocaleString('en')));
  assert.equal(await ordersOf(page), 1);
});

byTurns('the same order sent twice', async ({ lang, officer }) => {
  const { page } = await newFirm(lang);
  const { path } = await planWith(officer, (p) => p < 9000);
  await page.goto(base + path);
  const form = Object.fromEntries(await page.$$eval('#order-form input', (list) => list.map((i) => [i.name, i.value])));
  const headers = { 'Accept-Language': lang }; // requests beside the page do not carry its language
  const send = (body) => page.context().request.post(base + path, { form: body, headers, maxRedirects: 0 });
  const [first, second] = [await send(form), await send(form)];
  assert.equal(first.status(), 303, await first.text());
  assert.equal(second.status(), 303);
  assert.equal(second.headers().location, first.headers().location);
  assert.equal(second.headers()['idempotency-replayed'], 'true');
  const other = await send({ ...form, points: '1' });
  assert.equal(other.status(), 409);
  assert.ok((await other.text()).includes(said(lang, 'This idempotency key was used for another request. Use a new key for a new request.')));
  assert.equal(await ordersOf(page), 1);
});

byTurns('the price changes while ordering', async ({ lang, officer }) => {
  const { page } = await newFirm(lang);
  const { row, path } = await planWith(officer, (p) => p < 9000);
  await page.goto(base + path);
  const now = Number(row.price) + 100;
  await upload(officer, 'catalogue', toCsv([{ ...row, price: String(now) }]));
  assert.equal(await officer.locator('#import-done').count(), 1, await main(officer));
  await submit(page, '#order-form', { agree: true });
  const prices = (await page.locator('#price-change td.rise-number').allInnerTexts()).map((t) => Number(t.replace(/\D/g, '')));
  assert.deepEqual(prices, [Number(row.price), now]);
  await says(page, said(lang, 'The offer changed while you were ordering'));
  assert.equal(await page.locator('#order-form [name=agree]').isChecked(), false);
  await submit(page, '#order-form', { agree: true });
  assert.match(page.url(), /\/market\/orders\//);
  await says(page, now.toLocaleString('en'));
  assert.equal(await ordersOf(page), 1);
});

byTurns('a picture named .csv, a file that is too large, an empty one', async ({ lang, officer }) => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
  await upload(officer, 'registry', png, asOf);
  await says(officer, said(lang, 'Nothing was imported'));
  await says(officer, said(lang, 'The file is neither UTF-8 nor Big5.'));
  const large = join(world.dir, 'large.csv');
  for (const megabytes of [16, 40]) { // read to its end and answered; answered at once
    writeFileSync(large, Buffer.alloc(megabytes * 1024 * 1024 + 1024, '1,'));
    await officer.goto(base + '/market/office/registry');
    await submit(officer, '#import', { file: large, as_of: '2026-01-02' });
    await says(officer, said(lang, 'What was sent is too large: at most {1} KiB are accepted here.', '16384'));
  }
  await upload(officer, 'registry', '', asOf);
  await says(officer, said(lang, 'The file is empty or too small.'));
});

function big5(text) {
  const decoder = new TextDecoder('big5');
  const bytes = new Map();
  for (let lead = 0xa4; lead <= 0xf9; lead++)
    for (let trail = 0x40; trail <= 0xfe; trail++) {
      const ch = decoder.decode(Uint8Array.of(lead, trail));
      if (ch.length === 1 && !bytes.has(ch)) bytes.set(ch, [lead, trail]);
    }
  return Buffer.from([...text].flatMap((ch) => (ch < '\x80' ? [ch.charCodeAt(0)] : bytes.get(ch))));
}

byTurns('registers in Big5, with a BOM, with a wrong row', async ({ lang, officer }) => {
  const shift = FREE + (lang === 'zh' ? 0 : 10);
  const row = (n, name) => [businessNumber(shift + n), name, 100000, '1080315', '獨資', '臺中市螢火路7號', '餐館'];
  const page = await openAs(browser, world, `look-${lang}@firm.example`, { lang });
  const known = async (n) => {
    await page.goto(`${base}/market/register?ubn=${businessNumber(shift + n)}`);
    return main(page);
  };
  await upload(officer, 'registry', big5(registryCsv([row(0, '大五碼水獺行')])), asOf);
  await says(officer, said(lang, 'Imported'));
  assert.match(await known(0), /大五碼水獺行/);
  await upload(officer, 'registry', '\ufeff' + registryCsv([row(1, '位元組順序行')]), asOf);
  await says(officer, said(lang, 'Imported'));
  assert.match(await known(1), /位元組順序行/);

  const bad = row(3, '錯號行');
  bad[0] = bad[0].slice(0, 7) + ((Number(bad[0][7]) + 1) % 10);
  await upload(officer, 'registry', registryCsv([row(2, '好行'), bad]), asOf);
  await says(officer, said(lang, 'Nothing was imported'));
  await says(officer, said(lang, '{1} is not a valid business number: the check digit does not match.', bad[0]));
  assert.equal((await officer.locator('main tbody tr td').first().innerText()).trim(), '3');
  assert.doesNotMatch(await known(2), /好行/);
});

byTurns('a megabyte of emoji in a name', async ({ lang }) => {
  const { page } = await newFirm(lang, { points: false });
  await page.goto(base + '/account');
  await submit(page, 'form[action="/account/name"]', { name: '小禾' });
  await page.locator('#f-name').evaluate((e) => {
    e.removeAttribute('maxlength');
    e.value = '🦦'.repeat(262144);
  });
  await submit(page, 'form[action="/account/name"]');
  await says(page, said(lang, 'What was sent is too large: at most {1} KiB are accepted here.', '64'));
  await page.goto(base + '/account');
  assert.equal(await page.locator('#f-name').inputValue(), '小禾');

  await page.goto(base + '/market/firm/facts');
  for (const name of ['address', 'phone']) await page.locator(`#f-${name}`).evaluate((e) => e.removeAttribute('maxlength'));
  const address = '🦦'.repeat(300);
  await submit(page, '#facts-form', { address, phone: '06-0000123' });
  await says(page, said(lang, 'Use at most {1} characters; there are {2}.', '200', '300'));
  assert.equal(await page.locator('#f-address').inputValue(), address);
  assert.equal(await page.locator('#f-phone').inputValue(), '06-0000123');
});

byTurns('a payout when nothing is payable', async ({ lang, officer }) => {
  const budget = base + '/market/office/budget', day = '2020-01-01'; // before the first order
  const payouts = async () => {
    await officer.goto(budget);
    return officer.locator('main tbody tr').count();
  };
  const before = await payouts();
  await submit(officer, '#pay', { on: day, sure: true });
  assert.equal(officer.url(), budget);
  await says(officer, said(lang, 'Nothing was payable on that day.'));
  assert.equal(await payouts(), before);
  const file = await officer.evaluate(async (address) => (await fetch(address)).text(), `${base}/market/office/payouts/file?on=${day}`);
  assert.equal(file.trim().split('\n').length, 1, file); // the heading alone
  await submit(officer, '#pay', { on: '2099-01-01', sure: true });
  await says(officer, said(lang, 'Payouts are made up to today.'));
  assert.equal(await officer.locator('#f-on').inputValue(), '2099-01-01');
  assert.equal(await payouts(), before);
});
