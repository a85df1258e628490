// Gifts: a donor looks a gift up, proves it by means of node:crypto alone, and appeals; an officer imports a bad file and a good one, and decides the appeal.
import assert from 'node:assert/strict';
import { createHash, createPublicKey, verify } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { download, fits, haveBrowser, main, openAs, openPage, said, says, startBrowser, startWorld, submit } from './lib.mjs';

const SKIP = { skip: !haveBrowser && 'no Chromium' };
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';
let world, browser, base, platform, chosen; // chosen: the number of a proposal in the crowdfunding
const officers = {};

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld({ firms: 20 });
  base = world.base;
  browser = await startBrowser();
  for (const lang of ['zh', 'en']) officers[lang] = await openAs(browser, world, 'officer@demo.example', { lang });
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

// ---- the proof, checked without any of our code ----

const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts)).digest();
const leaf = (salt, record) => sha256(Buffer.from([0]), sha256(salt, Buffer.from(record)));

// RFC 9162, section 2.1.3.2
function rootOf(hash, index, size, path) {
  let fn = index, sn = size - 1, r = hash;
  for (const p of path) {
    assert.ok(sn > 0, 'the path is too long');
    if (fn % 2 === 1 || fn === sn) {
      r = sha256(Buffer.from([1]), p, r);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    } else r = sha256(Buffer.from([1]), r, p);
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  assert.equal(sn, 0, 'the path is too short');
  return r;
}
const bytes = (list) => list.map((s) => Buffer.from(s, 'base64'));

// C2SP signed note: the text, then "— name base64(key hash ‖ signature)"; the key: name+hash+base64(0x01 ‖ Ed25519 key).
function signedText(note, vkey) {
  const [name, , key] = [vkey.slice(0, vkey.indexOf('+')), null, vkey.slice(vkey.lastIndexOf('+', vkey.length) + 1)];
  const raw = Buffer.from(vkey.split('+').slice(2).join('+') || key, 'base64');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), raw.subarray(1)]);
  const [text, signatures] = [note.slice(0, note.indexOf('\n\n') + 1), note.slice(note.indexOf('\n\n') + 2)];
  const line = signatures.split('\n').find((l) => l.startsWith(`— ${name} `));
  const signature = Buffer.from(line.split(' ')[2], 'base64').subarray(4);
  assert.ok(verify(null, Buffer.from(text), createPublicKey({ key: spki, format: 'der', type: 'spki' }), signature), 'the checkpoint is not signed');
  return text;
}

function checkProof(proof, vkey) {
  const root = rootOf(leaf(Buffer.from(proof.salt, 'base64'), proof.record), proof.index, proof.size, bytes(proof.path));
  assert.equal(root.toString('hex'), proof.root);
  assert.equal(JSON.parse(proof.log.record).root, proof.root, 'the log says another root');
  const [, size, top] = signedText(proof.log.checkpoint, vkey).split('\n');
  const logged = rootOf(leaf(Buffer.from(proof.log.salt, 'base64'), proof.log.record), proof.log.index, Number(size), bytes(proof.log.path));
  assert.equal(logged.toString('base64'), top);
  return JSON.parse(proof.record);
}

// ---- files ----

// A valid national identity number: letter as two digits, weights 1 9 8 7 6 5 4 3 2 1 1.
function identity(n) {
  const letter = 10 + LETTERS.indexOf(LETTERS[n % 26]);
  const digits = `1${String(1000000 + n * 37)}`.split('').map(Number);
  const sum = Math.floor(letter / 10) + (letter % 10) * 9 + digits.reduce((s, d, i) => s + d * (8 - i), 0);
  return LETTERS[n % 26] + digits.join('') + ((10 - (sum % 10)) % 10);
}
const HEADING = '訂單編號,提案編號,證號,國籍,金額,付款狀態,付款時間';
const day = new Date(Date.now() - 25 * 86400e3).toISOString().slice(0, 10);
const resident = 'A800000014';

async function importFile(page, name, lines) {
  const file = join(world.dir, name);
  writeFileSync(file, [HEADING, ...lines].join('\r\n'));
  await page.goto(base + platform);
  await submit(page, '#import', { file });
  await page.locator('#import-refused, #counts').first().waitFor();
}

test('an officer lets a platform take part and looks into its file', SKIP, async () => {
  const page = officers.zh;
  await page.goto(base + '/fund/office/gifts?round=fund-demo-2');
  await fits(page);
  await page.locator('#platforms a').filter({ hasText: 'Beacon Crowd' }).click();
  chosen = (await page.locator('[name="campaigns"]').inputValue()).match(/= (\d+)/)[1];
  await page.goto(base + '/fund/office/gifts?round=fund-demo-2');
  await submit(page, '#add', { name: '螢光募資', code: 'Glow!' });
  assert.match(await page.locator('#error-summary').innerText(), /FND-501|小寫/);
  await submit(page, '#add', { name: '螢光募資', code: 'glow' });
  platform = new URL(page.url()).pathname;
  assert.match(platform, /platforms\//);
  const file = join(world.dir, 'look.csv');
  writeFileSync(file, `單號,${HEADING.slice(HEADING.indexOf(',') + 1)}\r\n7,1,${identity(1)},,500,已付款,${day}\r\n`);
  await submit(page, '#look', { sample: file });
  await page.locator('#sample').waitFor();
  await fits(page);
  assert.equal(await page.locator('#columns [name="identity"]').inputValue(), '證號');
  assert.equal(await page.locator('#columns [name="receipt"]').inputValue(), '');
  await submit(page, '#columns', { receipt: '單號', campaigns: 'glow-1 = nothing' });
  assert.match(await page.locator('#error-summary').innerText(), /glow-1/);
  await page.goto(base + platform);
  await submit(page, '#columns', { campaigns: `glow-1 = ${chosen}` });
  await says(page, said('zh', 'The columns are saved.'));
});

for (const [lang, javaScriptEnabled] of [['zh', true], ['en', false]]) {
  test(`a bad file, a good file, a donor's way (${lang}, ${javaScriptEnabled ? 'with' : 'without'} JavaScript)`, SKIP, async () => {
    const officer = officers[lang];
    const mark = lang === 'zh' ? 'Z' : 'E';
    const good = [
      `${mark}-0000001,${chosen},${identity(5)},本國籍,"1,500",已付款,${day} 10:00`,
      `${mark}-0000002,glow-1,${resident},,800,已付款,${day}`,
      `${mark}-0000003,glow-1,${identity(6)},,499,已付款,${day}`,
      `${mark}-0000001,${chosen},${identity(5)},,1500,已付款,${day}`,
    ];
    await importFile(officer, `${mark}-bad.csv`, [good[0], `${mark}-9,1`, good[1], `${mark}-10,1,${identity(7)},,5,已付款,${day},one too many`]);
    const wrong = await officer.locator('#errors tbody tr').allInnerTexts();
    assert.equal(wrong.length, 2);
    assert.match(wrong[0], /^3\s+3\s[^]*FND-505/);
    assert.match(wrong[1], /^5\s+5\s[^]*FND-505/);
    assert.ok(!(await main(officer)).includes(identity(5)), 'a cell of the refused file is shown');
    await fits(officer);
    await importFile(officer, `${mark}-good.csv`, good);
    const counts = await officer.locator('#counts tbody').innerText();
    for (const text of ['Counted', 'The donor is neither a national nor a permanent resident, as far as the export says',
      'What is left of the gift is below the smallest gift that counts', 'The same receipt stands in an earlier row or file of this platform'])
      assert.ok(counts.includes(said(lang, text)), `${text}:\n${counts}`);
    await fits(officer);
    const csv = (await download(officer, officer.locator('#csv'))).toString();
    assert.match(csv, /not-eligible/);
    assert.ok(!csv.includes(resident));
    // the same file again
    await officer.goto(base + platform);
    await submit(officer, '#import', { file: join(world.dir, `${mark}-good.csv`) });
    await says(officer, said(lang, 'This very file has been imported in this round already.'));

    // the donor, without an account
    const donor = await openPage(browser, { lang, javaScriptEnabled });
    const lookUp = async (receipt, last4) => {
      await donor.goto(base + '/fund/gift');
      const option = donor.locator('#by-receipt option').filter({ hasText: '螢光募資' });
      await submit(donor, '#by-receipt', { platform: await option.getAttribute('value'), receipt, last4 });
    };
    await lookUp(`${mark}-0000002`, '9999');
    await says(donor, said(lang, 'No gift was found. Please compare what you have typed with your receipt; files are imported a few days after the payment.'));
    await lookUp(`${mark}-0000001`, identity(5).slice(-4));
    assert.equal(await donor.locator('#verdict').innerText(), said(lang, 'This gift counts'));
    await lookUp(`${mark}-0000002`, resident.slice(-4));
    assert.equal(await donor.locator('#verdict').innerText(), said(lang, 'This gift does not count'));
    if (javaScriptEnabled) await fits(donor); // axe is a script

    const proof = JSON.parse(await download(donor, donor.locator('#proof')));
    const record = checkProof(proof, proof.log.vkey);
    assert.equal(record.amount, 800);
    assert.equal(record.found, 'not-eligible');
    assert.ok(!JSON.stringify(proof).includes(resident));
    const forged = structuredClone(proof);
    forged.record = forged.record.replace('"amount":800', '"amount":900');
    assert.throws(() => checkProof(forged, proof.log.vkey));

    await submit(donor, '#appeal-form', { words: ' ' });
    await donor.locator('#error-summary').waitFor();
    await submit(donor, '#appeal-form', { words: '我有永久居留證 <b>', email: 'donor@t.example' });
    await says(donor, said(lang, 'Undecided'));
    assert.equal(await donor.locator('#appeal-form').count(), 0);
    const address = donor.url();

    // the officer decides; the donor reads it at the same address
    await officer.goto(base + '/fund/office/gifts/appeals?round=fund-demo-2');
    await fits(officer);
    await officer.locator('#appeals tr').filter({ hasText: '0002' }).locator('a').first().click();
    await fits(officer);
    await submit(officer, '#decide', { decision: 'uphold', reason: ' ' });
    await officer.locator('#error-summary').waitFor();
    await submit(officer, '#decide', { decision: 'uphold', reason: '已查驗' });
    await says(officer, said(lang, 'The decision is recorded.'));
    await donor.goto(address);
    assert.equal(await donor.locator('#verdict').innerText(), said(lang, 'This gift counts'));
    assert.equal(await donor.locator('#answer').innerText(), '已查驗');
    // by the code, typed in small letters without hyphens
    const code = new URL(address).pathname.split('/').pop();
    await donor.goto(base + '/fund/gift');
    await submit(donor, '#by-code', { code: code.toLowerCase().replaceAll('-', ' ') });
    assert.equal(new URL(donor.url()).pathname, `/fund/gift/${code}`);
    // the same proof still holds, and still says what was read
    assert.equal(checkProof(JSON.parse(await download(donor, donor.locator('#proof'))), proof.log.vkey).found, 'not-eligible');
    assert.deepEqual(donor.complaints.filter((m) => !m.includes('422')), []);
    world.doctor();
  });
}

test('an import can be undone, unless an appeal stands on it', SKIP, async () => {
  const page = officers.en;
  await importFile(page, 'undo.csv', [`U-000001,${chosen},${identity(9)},,700,已付款,${day}`]);
  await submit(page, '#undo', { reason: 'A trial' });
  await says(page, said('en', 'The import is undone; none of its rows counts.'));
  await page.goto(base + '/fund/office/gifts?round=fund-demo-2');
  await page.locator('#imports a').filter({ hasText: 'E-good.csv' }).click();
  await submit(page, '#undo', { reason: 'A trial' });
  assert.match(await page.locator('#error-summary').innerText(), /appeals stand on this import/);
  world.doctor();
});

test('strangers see neither the office nor what is behind a wrong code', SKIP, async () => {
  const page = await openPage(browser, { lang: 'en' });
  for (const [path, status] of [['/fund/office/gifts', 401], [platform, 401], ['/fund/gift/AAAA-AAAA-AAAA-AAAA-A', 404], ['/fund/gift/none', 404]]) {
    const answer = await page.context().request.get(base + path, { maxRedirects: 0 });
    assert.ok(answer.status() === status || (status === 401 && answer.status() === 303), `${path}: ${answer.status()}`);
  }
});
