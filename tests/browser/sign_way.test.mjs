// A document on its way: sent by an organisation, signed by two people who come by the links in their mails (one draws on a phone in Chinese, one uses a
// one-time code and no JavaScript in English), finished, and its archive checked without the site by this program and by pdfsig. Another one is passed
// on, signed with a certificate from a PKCS#12 file that openssl made, and refused by the last.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DESKTOP, PHONE, complaints, download, drag, fits, haveBrowser, inWorld, main, openAs, openPage, said, says, submit } from './lib.mjs';

const SIGNERS = [
  { name: '林𣿆川', email: 'lin@way.example', role: 'sign', step: '1', level: 'link', speaks: 'zh' },
  { name: 'Alex Chen', email: 'alex@way.example', role: 'sign', step: '2', level: 'code', speaks: 'en' },
];
let world, base, browser, owner, dir;
inWorld(async (made) => {
  ({ world, base, browser } = made);
  dir = mkdtempSync(join(tmpdir(), 'rise-way-'));
  writeFileSync(join(dir, 'none.txt'), 'nothing');
  world.command('verify', join(dir, 'none.txt'), '--pdf', join(dir, '租賃契約.pdf'));
  owner = await openPage(browser, { lang: 'zh', javaScriptEnabled: false }); // that part has a test of its own
  await owner.goto(world.links.vendor);
  await owner.locator('main form button').click();
  await owner.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
});

// The newest mail that names this address, from the outbox of the demonstration; with a link to sign by.
async function mailTo(address, has = /\/sign\/s\//) {
  await owner.goto(`${base}/outbox`);
  return owner.locator('main article').filter({ hasText: address }).filter({ hasText: has }).first().innerText();
}
const linkIn = (text) => text.match(/https?:\/\/\S+\/sign\/s\/[\w-]{43}/)[0];

// Looking at the pages: RISE_TEST_SHOTS names a folder.
async function shot(page, name) {
  if (!process.env.RISE_TEST_SHOTS) return;
  await page.waitForTimeout(500);
  await page.screenshot({ path: join(process.env.RISE_TEST_SHOTS, `${name}.png`), fullPage: true });
}

async function send(signers) {
  await owner.goto(`${base}/sign/rooms/new`);
  await submit(owner, '#new-room', { file: join(dir, '租賃契約.pdf') });
  const room = owner.url().match(/\/sign\/rooms\/(\w{13})/)[1];
  await owner.goto(`${base}/sign/rooms/${room}/people`);
  for (const who of signers) await submit(owner, '#add-person', who);
  await owner.goto(`${base}/sign/rooms/${room}/fields`);
  await submit(owner, '#default');
  await owner.goto(`${base}/sign/rooms/${room}/check`);
  await submit(owner, '#send');
  return room;
}

async function draw(page) {
  const box = await page.locator('#f-ink').boundingBox();
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  for (const [x0, y0, x1, y1] of [[0.2, 0.7, 0.4, 0.2], [0.4, 0.2, 0.6, 0.7], [0.3, 0.5, 0.8, 0.4]]) await drag(page, at(x0, y0), at(x1, y1));
}

// The first signs on a phone, in Chinese.
async function firstSigns() {
  const page = await openPage(browser, { lang: 'zh', viewport: PHONE });
  await page.goto(linkIn(await mailTo(SIGNERS[0].email)));
  await fits(page);
  await shot(page, 'invited-zh-phone');
  await submit(page, '#open');
  await page.locator('.rise-pdf__page').first().waitFor();
  await fits(page);
  await submit(page, '#sign'); // without the consent
  assert.equal(await page.locator('.govuk-error-summary').count(), 1);
  await page.locator('.rise-pdf__page').first().waitFor();
  await page.locator('#f-ink').scrollIntoViewIfNeeded();
  await draw(page);
  assert.match(await page.locator('input[name=ink]').inputValue(), /^\d+,\d+ .*\n.*\n.* \d+,\d+$/);
  await shot(page, 'form-zh-phone');
  await submit(page, '#sign', { consent: true });
  await says(page, said('zh', 'You have signed'));
  await fits(page);
  await shot(page, 'signed-zh-phone');
  assert.deepEqual(complaints(page), []);
  return page;
}

// The second with a code, in English and without JavaScript; a wrong code first.
async function secondSigns() {
  const page = await openPage(browser, { lang: 'en', viewport: DESKTOP, javaScriptEnabled: false });
  const link = linkIn(await mailTo(SIGNERS[1].email));
  await page.goto(link);
  await submit(page, '#open');
  await submit(page, '#ask-code');
  const code = (await mailTo(SIGNERS[1].email, /\b\d{6}\b/)).match(/\b\d{6}\b/)[0];
  await submit(page, '#sign', { code: code === '000000' ? '111111' : '000000', consent: true });
  assert.equal(await page.locator('.govuk-error-summary').count(), 1);
  await submit(page, '#sign', { code, consent: true });
  await says(page, 'You have signed');
  return link;
}

function checkArchive(bytes) {
  const at = join(dir, 'archive');
  mkdirSync(at);
  writeFileSync(join(dir, 'archive.zip'), bytes);
  execFileSync('python3', ['-m', 'zipfile', '-e', join(dir, 'archive.zip'), at]);
  for (const file of ['signed.pdf', 'evidence.pdf']) {
    const { status, text } = world.command('verify', join(at, file), '--trust', join(at, 'trust'));
    assert.equal(status, 0, text);
    assert.match(text, /TOTAL-PASSED/);
  }
  const pdfsig = spawnSync('pdfsig', ['-nocert', join(at, 'signed.pdf')], { encoding: 'utf8' });
  if (pdfsig.error) return; // not installed
  assert.equal(pdfsig.stdout.match(/Signature is Valid/g)?.length, SIGNERS.length, pdfsig.stdout);
}

test('two signers, from the invitation to the verified archive', { skip: !haveBrowser }, async () => {
  await send(SIGNERS);
  const phone = await firstSigns();
  const link = await secondSigns();
  const page = await openPage(browser, { lang: 'en' });
  for (let i = 0; i < 60; i++) {
    await page.goto(link);
    if ((await main(page)).includes('Everybody has signed. The document is sealed')) break;
    await new Promise((r) => setTimeout(r, 500));
  }
  await says(page, 'Everybody has signed. The document is sealed');
  await fits(page);
  await shot(page, 'finished-en');
  checkArchive(await download(page, page.locator('a[href$="/archive"]')));
  await phone.reload();
  await says(phone, said('zh', 'Finished'));
  await shot(phone, 'finished-zh-phone');
  assert.deepEqual(complaints(page), []);
  world.doctor();
});

// ---- passing on, a certificate of one's own, refusing ----

const PASSED = { name: '馮若谷', email: 'feng@way.example' };
const CERTIFIED = '馮谷川'; // the name in their certificate
const LEAVERS = [
  { name: '高以寧', email: 'kao@way.example', role: 'sign', step: '1', level: 'certificate', speaks: 'zh' },
  { name: 'Ruth Park', email: 'ruth@way.example', role: 'sign', step: '2', level: 'link', speaks: 'en' },
];

// For the person whom it was passed on to, but in another name, certified by this installation; the other file by nobody known here.
function makeCertificates() {
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const pack = (name, pem) => openssl('pkcs12', '-export', '-inkey', `${name}.key`, '-in', pem, '-passout', 'pass:密碼 1', '-out', `${name}.p12`);
  openssl('req', '-new', ...curve, '-keyout', 'own.key', '-subj', '/CN=own', '-out', 'own.csr');
  world.run('ca', 'issue', 'person', '--name', CERTIFIED, '--csr', join(dir, 'own.csr'), '-o', join(dir, 'own.pem'));
  pack('own', 'own.pem');
  openssl('req', '-new', ...curve, '-keyout', 'stranger.key', '-subj', '/CN=stranger', '-out', 'stranger.csr');
  openssl('x509', '-req', '-in', 'stranger.csr', '-signkey', 'stranger.key', '-out', 'stranger.pem');
  pack('stranger', 'stranger.pem');
}

// On a phone, in Chinese; not to oneself.
async function passOn() {
  const page = await openPage(browser, { lang: 'zh', viewport: PHONE });
  await page.goto(linkIn(await mailTo(LEAVERS[0].email)));
  await page.locator('a[href$="/pass-on"]').click();
  await fits(page);
  await submit(page, '#pass-on', { name: '高以寧', email: LEAVERS[0].email });
  await says(page, said('zh', 'This is your own address.'));
  await submit(page, '#pass-on', { ...PASSED, reason: '由承辦人簽署' });
  await says(page, said('zh', 'You have passed it on'));
  await says(page, PASSED.name);
  await fits(page);
  assert.deepEqual(complaints(page), []);
  await page.context().close();
}

async function openFile(page, name, password) {
  await page.locator('#p12').setInputFiles(join(dir, `${name}.p12`));
  await page.locator('#p12-password').fill(password);
  await page.locator('#certificate button').click();
}

async function signWithCertificate() {
  const page = await openPage(browser, { lang: 'zh' });
  await page.goto(linkIn(await mailTo(PASSED.email)));
  await submit(page, '#open');
  await submit(page, '#sign', { consent: true });
  await page.waitForSelector('#certificate button');
  await fits(page);
  await openFile(page, 'own', 'wrong');
  await page.locator('[data-failure]').filter({ hasText: said('zh', 'The password does not open this file.') }).waitFor();
  await openFile(page, 'stranger', '密碼 1');
  await page.waitForSelector('.govuk-error-summary');
  await says(page, said('zh', 'This certificate cannot be used here: it has run out, or nobody trusted here issued it.'));
  await fits(page);
  await openFile(page, 'own', '密碼 1');
  await page.waitForSelector('#sign-here button');
  await says(page, said('zh', 'This certificate is in the name of {1}; {2} was asked to sign.', CERTIFIED, PASSED.name));
  await fits(page);
  await shot(page, 'certificate-zh');
  await page.locator('#sign-here button').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/key'));
  await says(page, said('zh', 'You have signed'));
  assert.deepEqual(complaints(page), []);
  await page.context().close();
}

async function refuse() {
  const page = await openPage(browser, { lang: 'en' });
  await page.goto(linkIn(await mailTo(LEAVERS[1].email)));
  await page.locator('a[href$="/refuse"]').click();
  await fits(page);
  await page.locator('#refuse button').click(); // the browser asks for the reason
  assert.ok(page.url().endsWith('/refuse'));
  await submit(page, '#refuse', { reason: 'The rent is wrong.' });
  await says(page, 'You have refused');
  await says(page, 'The rent is wrong.');
  await fits(page);
  assert.deepEqual(complaints(page), []);
  await page.context().close();
}

test('passed on, signed with a certificate from a file, refused with a reason', { skip: !haveBrowser }, async () => {
  makeCertificates();
  const room = await send(LEAVERS);
  await passOn();
  await signWithCertificate();
  await refuse();
  await owner.goto(`${base}/sign/rooms/${room}`);
  await says(owner, 'The rent is wrong.');
  for (const what of ['Passed on', 'Signed', 'Certificate in another name', 'Refused to sign']) await says(owner, said('zh', what));
  await says(owner, said('zh', 'Certificate in another name: {1}', CERTIFIED));
  world.doctor();
});
