// A document approved in an office: filed at a desk, approved by one person at the desk, by one on a phone, by one without JavaScript and with openssl;
// openssl has the last word on every signature. Both languages, axe on each new page.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { PHONE, complaints, download, fits, haveBrowser, inWorld, openAs, openPage, said, says, submit } from './lib.mjs';

let world, base, browser;
inWorld((made) => ({ world, base, browser } = made));

const PAPER = '採購案核定\n';
const file = (name) => join(world.dir, name);

function openssl(...args) {
  return spawnSync('openssl', args, { cwd: world.dir, encoding: 'utf8' });
}

// Three of the demonstration's agency, in the order in which they approve.
async function fileDocument(page) {
  writeFileSync(file('paper.txt'), PAPER);
  await page.goto(`${base}/sign/approvals/new`);
  await fits(page);
  const who = (label) => ({ label });
  await submit(page, '#file', { title: '採購案 A-1', file: file('paper.txt'), note: '請核示', approver1: who('王若水'), capacity1: '承辦人',
    approver2: who('黃沐恩'), capacity2: '科長', approver3: who('吳山青'), capacity3: '局長' });
  return page.url();
}

async function enrol(page, lang, label) {
  await page.locator('#enrol-first').click();
  await page.waitForSelector('#enrol button');
  await fits(page);
  await submit(page, '#enrol', { label });
  await says(page, said(lang, 'It is your turn')); // back at the document
}

async function approve(page, lang) {
  await page.locator('#approve button').click();
  await page.waitForSelector('#sign button');
  await fits(page);
  assert.ok((await page.textContent('.rise-hash')).startsWith(openssl('dgst', '-sha256', '-r', 'paper.txt').stdout.slice(0, 8)));
  await page.locator('#sign button').click();
  await page.waitForSelector('#state');
  await says(page, said(lang, 'You have approved the document.'));
  assert.deepEqual(complaints(page), []);
}

// With a key in a file; the pages have no scripts.
async function approveByTool(page, address) {
  openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'device.key', '-subj', '/CN=device', '-out', 'device.csr');
  await page.goto(`${base}/sign/devices`);
  await page.locator('summary').first().click();
  await submit(page, '#enrol-file', { label: 'openssl', request_file: file('device.csr') });
  await page.goto(address);
  await page.locator('#turn summary').click();
  await submit(page, '#approve-tool');
  await page.locator('main summary').click();
  writeFileSync(file('to-sign.der'), await download(page, page.locator('#to-sign')));
  openssl('dgst', '-sha256', '-sign', 'device.key', '-out', 'signature.bin', 'to-sign.der');
  await submit(page, '#sign-file', { signature_file: file('signature.bin') });
}

async function verified(page) {
  writeFileSync(file('root.cer'), Buffer.from(await (await page.context().request.get(`${base}/pki/ca/demo-root.cer`)).body()));
  openssl('x509', '-inform', 'DER', '-in', 'root.cer', '-out', 'root.pem');
  const check = (name) => openssl('cms', '-verify', '-binary', '-inform', 'DER', '-in', name, '-content', 'paper.txt', '-CAfile', 'root.pem', '-purpose', 'any', '-out', 'seen');
  const links = page.locator('main ol a[href*="/signatures/"]');
  assert.equal(await links.count(), 3);
  for (const link of await links.all()) {
    writeFileSync(file('s.p7s'), await download(page, link));
    const good = check('s.p7s');
    assert.equal(good.status, 0, good.stderr);
    assert.equal(readFileSync(file('seen'), 'utf8'), PAPER);
  }
  writeFileSync(file('paper.txt'), PAPER.replace('核', '駁'));
  assert.notEqual(check('s.p7s').status, 0);
  writeFileSync(file('paper.txt'), PAPER);
}

test('filed, approved at a desk, on a phone and with openssl', { skip: !haveBrowser }, async () => {
  const clerk = await openAs(browser, world, 'officer@demo.example', { lang: 'zh' });
  const address = await fileDocument(clerk);
  await fits(clerk);
  await enrol(clerk, 'zh', '公務電腦');
  await approve(clerk, 'zh');

  const chief = await openAs(browser, world, 'auditor@demo.example', { lang: 'en', viewport: PHONE });
  await chief.goto(`${base}/sign/approvals`);
  await fits(chief);
  await chief.locator('main table a').first().click();
  await fits(chief);
  await enrol(chief, 'en', 'Phone');
  await approve(chief, 'en');

  await chief.goto(`${base}/sign/approvals`);
  await says(chief, 'Nothing waits for your approval');
  assert.equal(await chief.locator('.rise-filters').count(), 0, 'nothing to be filtered');

  const director = await openAs(browser, world, 'admin@demo.example', { lang: 'en', javaScriptEnabled: false });
  await approveByTool(director, address);
  await says(director, 'Approved');

  await clerk.goto(address);
  await says(clerk, said('zh', 'All signatures were checked just now: each holds over this file and names the one before.'));
  await verified(clerk);
  const archive = await download(clerk, clerk.locator('#archive'));
  assert.equal(archive.subarray(0, 2).toString(), 'PK');

  await chief.goto(`${base}/sign/devices`);
  await fits(chief);
  await submit(chief, '#devices form');
  await says(chief, said('en', 'The device was removed: its certificate is revoked. Earlier approvals stay valid.'));
  world.doctor();
  for (const page of [clerk, chief, director]) await page.context().close();
});

// ---- certificates from PKCS#12 files: no server is needed, only a secure page ----

const certificates = mkdtempSync(join(tmpdir(), 'rise-p12-'));
after(() => rmSync(certificates, { recursive: true }));

function tool(...args) {
  const r = spawnSync('openssl', args, { cwd: certificates });
  assert.equal(r.status, 0, String(r.stderr));
  return r.stdout;
}

// NAME.p12 with a key of this kind, its certificate and the authority's.
function makeP12(name, key, password, ...more) {
  tool('req', '-new', ...key, '-nodes', '-keyout', `${name}.key`, '-subj', `/CN=${name}`, '-out', `${name}.csr`);
  tool('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-out', `${name}.pem`);
  tool('pkcs12', '-export', '-inkey', `${name}.key`, '-in', `${name}.pem`, '-certfile', 'ca.pem', '-passout', `pass:${password}`, '-out', `${name}.p12`, ...more);
}

async function keyPage() {
  const { buildSync } = createRequire(join(import.meta.dirname, '../../assets/package.json'))('esbuild');
  const entry = `export * from './signing-key.js'; export { openPkcs12 } from './pkcs12.js';`;
  const built = buildSync({ stdin: { contents: entry, resolveDir: join(import.meta.dirname, '../../assets/js') }, bundle: true, write: false,
    format: 'iife', globalName: 'keys' });
  const page = await (await browser.newContext()).newPage();
  await page.route('https://keys.test/**', (route) => route.fulfill({ contentType: 'text/html', body: '<title>keys</title>' }));
  await page.goto('https://keys.test/');
  await page.addScriptTag({ content: built.outputFiles[0].text });
  return page;
}

// What the page says of a file: its certificates and a signature over "abc", or the word of the failure.
const opened = (page, bytes, password) => page.evaluate(async ([base64, word]) => {
  try {
    const { fingerprint, certificates: chain } = await keys.openPkcs12(keys.fromBase64(base64), word);
    const signature = await keys.sign(fingerprint, btoa('abc'));
    await keys.forget(fingerprint);
    return { chain, signature, left: await keys.find([fingerprint]) };
  } catch (error) {
    return error.word ?? String(error);
  }
}, [bytes.toString('base64'), password]);

test('certificates from PKCS#12 files', { skip: !haveBrowser }, async () => {
  const page = await keyPage();
  tool('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=CA', '-days', '30');
  const curve = (name) => ['-newkey', 'ec', '-pkeyopt', `ec_paramgen_curve:${name}`];
  const kinds = { p256: [curve('P-256'), '-sha256'], p384: [curve('P-384'), '-sha384'], rsa: [['-newkey', 'rsa:2048'], '-sha256'] };
  writeFileSync(join(certificates, 'abc'), 'abc');
  for (const [name, [key, digest]] of Object.entries(kinds)) {
    makeP12(name, key, '密碼 1');
    const seen = await opened(page, readFileSync(join(certificates, `${name}.p12`)), '密碼 1');
    assert.equal(typeof seen, 'object', `${name}: ${seen}`);
    assert.equal(seen.left, undefined);
    assert.deepEqual(seen.chain, [name, 'ca'].map((n) => tool('x509', '-in', `${n}.pem`, '-outform', 'DER').toString('base64')));
    writeFileSync(join(certificates, 'signature'), Buffer.from(seen.signature, 'base64'));
    writeFileSync(join(certificates, 'public'), tool('x509', '-in', `${name}.pem`, '-noout', '-pubkey'));
    tool('dgst', digest, '-verify', 'public', '-signature', 'signature', 'abc');
  }
  const good = readFileSync(join(certificates, 'p256.p12'));
  assert.equal(await opened(page, good, 'wrong'), 'password');
  assert.equal(await opened(page, good.subarray(0, good.length - 9), '密碼 1'), 'file');
  makeP12('old', curve('P-256'), 'x', '-legacy');
  assert.equal(await opened(page, readFileSync(join(certificates, 'old.p12')), 'x'), 'legacy');
  tool('pkcs12', '-legacy', '-in', 'old.p12', '-out', 'key.pem', '-passin', 'pass:x', '-passout', 'pass:between'); // as the page tells (signer_key.html)
  tool('pkcs12', '-export', '-in', 'key.pem', '-out', 'new.p12', '-passin', 'pass:between', '-passout', 'pass:y');
  assert.equal((await opened(page, readFileSync(join(certificates, 'new.p12')), 'y')).chain.length, 2);
  makeP12('small', ['-newkey', 'rsa:1024'], 'x');
  assert.equal(await opened(page, readFileSync(join(certificates, 'small.p12')), 'x'), 'kind');
  tool('pkcs12', '-export', '-nokeys', '-in', 'ca.pem', '-passout', 'pass:x', '-out', 'none.p12');
  assert.equal(await opened(page, readFileSync(join(certificates, 'none.p12')), 'x'), 'nokey');
  const leaves = await page.evaluate(async () => {
    const fingerprint = await keys.createKey();
    const row = await new Promise((done) => {
      const opening = indexedDB.open('rise-signing');
      opening.onsuccess = () => { opening.result.transaction('keys').objectStore('keys').get(fingerprint).onsuccess = (e) => done(e.target.result); };
    });
    return crypto.subtle.exportKey('pkcs8', row.privateKey).then(() => true, () => false);
  });
  assert.equal(leaves, false); // the key cannot be taken out
  await page.context().close();
});

async function linkOf(page, address) {
  await page.goto(`${base}/outbox`);
  const mail = await page.locator('main article').filter({ hasText: address }).first().innerText();
  return mail.match(/https?:\/\/\S+\/sign\/s\/[\w-]{43}/)[0];
}

async function cardNumber(page) {
  await page.goto(`${base}/sign/simulator`);
  return (await page.locator('main ul.govuk-list li').first().innerText()).split(' ')[0];
}

// The page waits for the simulated phone and goes on by itself; the card is somebody else's.
async function signByCard(owner) {
  const page = await openPage(browser, { lang: 'en' });
  await page.goto(await linkOf(owner, 'card@key.example'));
  await submit(page, '#open');
  await submit(page, '#sign', { consent: true });
  await page.locator('#other-name').filter({ hasText: 'Alex Chen was asked to sign' }).waitFor();
  await fits(page);
  await owner.goto(`${base}/sign/simulator`);
  await owner.locator('main button[value=sign]').first().click();
  await page.waitForURL((url) => !url.pathname.endsWith('/card'));
  await says(page, 'Everybody has signed.');
  assert.deepEqual(complaints(page), []);
  await page.context().close();
}

// A signer who is asked for a certificate of their own, the one above whose file has an old lock, then renewed as the page says; its authority is
// trusted here. Then one with a card.
test('signed with the certificate of a file, and with a card', { skip: !haveBrowser }, async () => {
  const trust = join(world.dir, 'var', 'trust', 'licensed');
  mkdirSync(trust, { recursive: true });
  writeFileSync(join(trust, 'ca.pem'), readFileSync(join(certificates, 'ca.pem')));
  const owner = await openPage(browser, { lang: 'zh', javaScriptEnabled: false });
  await owner.goto(world.links.vendor);
  await owner.locator('main form button').click();
  await owner.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  writeFileSync(file('nothing'), 'nothing');
  world.command('verify', file('nothing'), '--pdf', file('lease.pdf')); // the report on any file is a PDF
  await owner.goto(`${base}/sign/rooms/new`);
  await submit(owner, '#new-room', { file: file('lease.pdf') });
  const room = owner.url().match(/\/sign\/rooms\/(\w{13})/)[1];
  const step = async (name, form, values) => {
    await owner.goto(`${base}/sign/rooms/${room}/${name}`);
    await submit(owner, form, values);
  };
  await step('people', '#add-person', { name: '林𣿆川', email: 'own@key.example', role: 'sign', step: '1', level: 'certificate' });
  await step('people', '#add-person', { name: 'Alex Chen', email: 'card@key.example', role: 'sign', step: '2', level: 'card', card: await cardNumber(owner), speaks: 'en' });
  await step('fields', '#default');
  await step('check', '#send');

  const page = await openPage(browser, { lang: 'zh', viewport: PHONE });
  await page.goto(await linkOf(owner, 'own@key.example'));
  await submit(page, '#open');
  await submit(page, '#sign', { consent: true });
  const bring = async (name, password) => {
    await page.locator('#p12').setInputFiles(join(certificates, name));
    await page.locator('#p12-password').fill(password);
  };
  const more = page.locator('[data-failure-of=legacy]');
  await bring('p256.p12', 'wrong');
  await page.locator('#certificate button').click();
  await page.locator('#certificate [data-failure]:visible').waitFor();
  assert.equal(await more.isVisible(), false);
  await bring('old.p12', 'x');
  await page.locator('#certificate button').click();
  await more.waitFor();
  assert.match(await more.innerText(), /openssl pkcs12 -legacy -in old\.p12/);
  await fits(page);
  await bring('new.p12', 'y');
  await submit(page, '#certificate');
  await fits(page);
  await submit(page, '#sign-here');
  await says(page, said('zh', 'You have signed. Thank you.'));
  assert.deepEqual(complaints(page), []);
  await signByCard(owner);
  for (const one of [owner, page]) await one.context().close();
});
