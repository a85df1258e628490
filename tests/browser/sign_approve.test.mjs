// A document approved in an office: filed at a desk, approved by one person at the desk, by one on a phone, by one without JavaScript and with openssl;
// openssl has the last word on every signature. Both languages, axe on each new page.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { PHONE, complaints, download, fits, haveBrowser, inWorld, openAs, said, says, submit } from './lib.mjs';

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
