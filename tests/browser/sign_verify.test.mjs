// Checking signatures on the web: a file that holds, the same altered, a forgery of others, a file that is no signature; both languages, without
// JavaScript, desktop and phone.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DESKTOP, PHONE, complaints, haveBrowser, openPage, overflow, startBrowser, startWorld, violations } from './lib.mjs';

const forgery = join(import.meta.dirname, '../../../shared/data/sign/pdf-insecurity/isa_A.pdf');
const WORDS = {
  zh: { passed: '簽章成立', failed: '請勿信賴這份文件', none: '這個檔案無法查驗', law: '推定為所載本人簽署' },
  en: { passed: 'The signature holds', failed: 'Do not rely on this document', none: 'This file cannot be checked', law: 'Presumed to be signed by the person named' },
};
let world, browser;

function openssl(dir, ...args) {
  const r = spawnSync('openssl', args, { cwd: dir, encoding: 'utf8' });
  assert.equal(r.status, 0, r.stderr);
}

// A certification authority that the installation trusts as licensed, a signer, a signed PDF and an altered one.
function prepare() {
  const dir = world.dir;
  const trust = join(dir, 'var/trust');
  mkdirSync(join(trust, 'licensed'), { recursive: true });
  openssl(dir, 'req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'ca.key', '-out', 'var/trust/licensed/ca.pem', '-subj', '/CN=CA', '-days', '30', '-addext',
    'keyUsage=critical,keyCertSign,cRLSign');
  openssl(dir, 'req', '-new', '-newkey', 'rsa:2048', '-nodes', '-utf8', '-keyout', 's.key', '-out', 's.csr', '-subj', '/C=TW/CN=林大川');
  writeFileSync(join(dir, 'ext'), 'keyUsage=critical,digitalSignature,nonRepudiation\n');
  openssl(dir, 'x509', '-req', '-in', 's.csr', '-CA', 'var/trust/licensed/ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '20', '-out', 's.pem', '-extfile', 'ext');
  writeFileSync(join(dir, 'index.txt'), '');
  writeFileSync(join(dir, 'ca.cnf'), '[ca]\ndefault_ca=c\n[c]\ndatabase=index.txt\ndefault_md=sha256\ndefault_crl_days=30\n');
  openssl(dir, 'ca', '-gencrl', '-config', 'ca.cnf', '-keyfile', 'ca.key', '-cert', 'var/trust/licensed/ca.pem', '-out', 'var/trust/ca.crl');
  writeFileSync(join(dir, 'none.txt'), 'nothing');
  world.command('verify', join(dir, 'none.txt'), '--pdf', join(dir, 'doc.pdf'));
  world.run('sign', 'pdf', join(dir, 'doc.pdf'), '-o', join(dir, 'good.pdf'), '--key', join(dir, 's.key'), '--cert', join(dir, 's.pem'));
  world.run('sign', 'asice', join(dir, 'none.txt'), '-o', join(dir, 'more.asice'), '--key', join(dir, 's.key'), '--cert', join(dir, 's.pem'));
  spawnSync('python3', ['-c', "import sys, zipfile; zipfile.ZipFile(sys.argv[1], 'a').writestr('more.txt', 'x')", join(dir, 'more.asice')]);
  const bytes = readFileSync(join(dir, 'good.pdf'));
  bytes[bytes.indexOf('stream\n') + 20] ^= 1;
  writeFileSync(join(dir, 'bad.pdf'), bytes);
}

before(async () => {
  if (!haveBrowser) return;
  world = await startWorld({ firms: 20 });
  prepare();
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

async function check(page, lang, file) {
  await page.goto(`${world.base}/sign/verify?lang=${lang}`);
  await page.setInputFiles('#f-file', file);
  await page.locator('#check button[type=submit]').click();
  await page.waitForSelector('#verdict');
  for (const viewport of [PHONE, DESKTOP]) {
    await page.setViewportSize(viewport);
    assert.equal(await overflow(page), 0, `${file} is too wide at ${viewport.width}`);
  }
  assert.deepEqual(await violations(page), []);
  return { verdict: await page.textContent('#verdict'), text: await page.textContent('#report') };
}

for (const lang of ['zh', 'en']) {
  test(`signatures checked, ${lang}`, { skip: !haveBrowser }, async () => {
    const page = await openPage(browser, { lang });
    const good = await check(page, lang, join(world.dir, 'good.pdf'));
    assert.equal(good.verdict, WORDS[lang].passed);
    assert.match(good.text, /TOTAL-PASSED/);
    assert.ok(good.text.includes(WORDS[lang].law) && good.text.includes('林大川'));
    const bad = await check(page, lang, join(world.dir, 'bad.pdf'));
    assert.equal(bad.verdict, WORDS[lang].failed);
    assert.match(bad.text, /TOTAL-FAILED, HASH_FAILURE/);
    assert.ok(!bad.text.includes(WORDS[lang].law));
    if (existsSync(forgery)) {
      const forged = await check(page, lang, forgery);
      assert.equal(forged.verdict, WORDS[lang].failed);
      assert.match(forged.text, /757/);
    }
    assert.equal((await check(page, lang, join(world.dir, 'none.txt'))).verdict, WORDS[lang].none);
    const container = await check(page, lang, join(world.dir, 'more.asice')); // a file was put in that nobody signed
    assert.equal(container.verdict, WORDS[lang].failed);
    assert.match(await page.textContent('#faults'), /more\.txt/);
    await page.goto(`${world.base}/pki?lang=${lang}`); // who issues certificates here
    assert.match(await page.textContent('main'), /[0-9a-f]{64}.*\/pki\/ca\/demo-root\.cer.*\/pki\/ocsp.*ocsp\.answers = live.*\/pki\/tsa/s);
    assert.doesNotMatch((await page.locator('h2').allTextContents()).join(), /CN=/);
    assert.equal(await overflow(page), 0);
    assert.deepEqual(await violations(page), []);
    assert.deepEqual(complaints(page), []);
    if (process.env.SHOTS) {
      for (const [name, viewport] of [['desktop', DESKTOP], ['phone', PHONE]])
        for (const file of ['good', 'bad', 'more']) {
          await check(page, lang, join(world.dir, file === 'more' ? 'more.asice' : `${file}.pdf`));
          await page.setViewportSize(viewport);
          await page.screenshot({ path: join(process.env.SHOTS, `${lang}-${file}-${name}.png`), fullPage: true });
        }
    }
    await page.context().close();
  });
}

test('the report as JSON and PDF, without JavaScript', { skip: !haveBrowser }, async () => {
  const page = await openPage(browser, { lang: 'en', javaScriptEnabled: false });
  for (const [as, name] of [['json', 'signature-report.json'], ['pdf', 'signature-report.pdf']]) {
    await page.goto(`${world.base}/sign/verify?lang=en`);
    await page.setInputFiles('#f-file', join(world.dir, 'good.pdf'));
    await page.check(`input[name=as][value=${as}]`);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#check button[type=submit]').click()]);
    assert.equal(download.suggestedFilename(), name);
    const bytes = readFileSync(await download.path());
    if (as === 'json') assert.equal(JSON.parse(bytes).verdict, 'TOTAL-PASSED');
    else assert.equal(bytes.subarray(0, 5).toString(), '%PDF-');
  }
  await page.context().close();
});
