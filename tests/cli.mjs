// The command line as people and scripts use it: node cli.mjs RISE
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const rise = resolve(process.argv.at(-1));
const run = (...args) => spawnSync(rise, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } });

test('business numbers: several words, commas, or both', () => {
  const words = run('market', 'check-ubn', '04595257', '22099131,12345678', '--lang', 'en');
  assert.equal(words.stdout, '04595257 valid\n22099131 valid\n12345678 invalid\n');
  assert.equal(words.status, 2);
  assert.equal(run('market', 'check-ubn', '04595257', '22099131').status, 0);
  assert.equal(run('market', 'check-ubn').status, 2);
});

test('what steers a terminal is not passed on', () => {
  assert.equal(run('a\x1b[2Jb', '--lang', 'en').stderr, 'rise: There is no command a\uFFFD[2Jb. See: rise help [CMD-002]\n');
});

test('output that could not be written is a failure', { skip: !existsSync('/dev/full') }, () => {
  const lost = execFileSync('sh', ['-c', '"$0" man --lang en >/dev/full 2>&1; echo $?', rise], { encoding: 'utf8' });
  assert.equal(lost, '1\n');
  const said = spawnSync('sh', ['-c', '"$0" man --lang en >/dev/full', rise], { encoding: 'utf8' });
  assert.match(said.stderr, /CMD-006/);
});

test('findings and the system\'s reasons are said in the reader\'s language', () => {
  const dir = mkdtempSync(join(tmpdir(), 'rise-cli-'));
  try {
    assert.equal(run('init', '--data-dir', dir).status, 0);
    chmodSync(join(dir, 'spool'), 0o755);
    const english = run('doctor', '--data-dir', dir, '--lang', 'en'), chinese = run('doctor', '--data-dir', dir, '--lang', 'zh_TW');
    assert.equal(english.status, 1);
    assert.match(english.stdout, /FAILED .*spool has mode 0755, at most 0700 is right/);
    assert.match(english.stdout, /ok .*0 accounts, 0 transfers, 0 pending holds/);
    assert.match(chinese.stdout, /失敗 .*spool 的權限為 0755，最多只能是 0700/);
    assert.match(chinese.stdout, /通過 .*科目 0 個、轉帳 0 筆/);
    assert.doesNotMatch(chinese.stdout, /: .*\b(free|entries|documents|given up|accounts)\b/);
    const by_environment = spawnSync(rise, ['verify-log', join(dir, 'nothing.json'), 'x+1+y'], { encoding: 'utf8', env: { LANG: 'zh_TW.UTF-8' } });
    assert.match(by_environment.stderr, /沒有這個檔案或資料夾/);
    assert.match(run('verify-log', join(dir, 'nothing.json'), 'x+1+y', '--lang', 'en').stderr, /there is no such file or folder/);
  } finally { rmSync(dir, { recursive: true }); }
});

// ---- signing and checking, by somebody who gets things wrong ----
const opensslMissing = spawnSync('openssl', ['version']).error !== undefined;

function makeDesk() {
  const dir = mkdtempSync(join(tmpdir(), 'rise-desk-'));
  const openssl = (...args) => execFileSync('openssl', args, { cwd: dir, stdio: 'ignore' });
  for (const name of ['me', 'other'])
    openssl('req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.pem`, '-subj', `/CN=${name}`, '-days', '30');
  openssl('pkey', '-in', 'me.key', '-aes256', '-passout', 'pass:secret', '-out', 'locked.key');
  openssl('genpkey', '-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024', '-out', 'weak.key');
  const put = (name, text) => writeFileSync(join(dir, name), text);
  put('right', 'secret\n');
  put('wrong', 'guess\n');
  put('note.txt', '甲方\n');
  put('empty', '');
  put('doc.xml', '<a>甲方</a>');
  put('other.xml', '<a>乙方</a>');
  mkdirSync(join(dir, 'folder'));
  put('folder/note.txt', '乙方\n');
  symlinkSync('note.txt', join(dir, 'link'));
  const tool = (...args) => spawnSync(rise, args, { cwd: dir, encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C.UTF-8', RISE_DATA_DIR: join(dir, 'none') } });
  return { dir, tool, text: name => readFileSync(join(dir, name), 'utf8') };
}

test('signing and checking: what goes wrong is said with a way out, in both languages', { skip: opensslMissing }, () => {
  const { dir, tool, text } = makeDesk();
  const me = ['--key', 'me.key', '--cert', 'me.pem'], by = (key, cert) => ['-o', 'out', '--key', key, '--cert', cert];
  const cades = (...more) => ['sign', 'cades', 'note.txt', ...more];
  // command, exit code, what stands in English, in Chinese
  const rows = [
    [cades('-o', 'out', '--key', 'locked.key', '--cert', 'me.pem'), 2, /^rise: --key: It is encrypted: --passphrase-file .*\[KEY-002\]/, /^rise: --key: 金鑰已加密：請用 --passphrase-file/],
    [cades(...by('locked.key', 'me.pem'), '--passphrase-file', 'wrong'), 2, /--passphrase-file does not open it/, /--passphrase-file 檔案裡的通行碼打不開/],
    [cades(...by('me.key', 'other.pem')), 2, /does not belong to the certificate: .*first in the file of --cert. \[SIG-622\]/, /不成對/],
    [cades(...by('me.pem', 'me.pem')), 2, /--key: This is no private key/, /--key: .*\[KEY-001\]/],
    [cades(...by('weak.key', 'me.pem')), 2, /--key: .*2048 bits/, /--key: .*2048/],
    [cades(...by('me.key', 'me.key')), 2, /--cert: This is no X.509 certificate/, /--cert: .*\[CRT-001\]/],
    [cades(...by('nobody.key', 'me.pem')), 1, /--key: The file nobody.key cannot be read: there is no such file/, /沒有這個檔案或資料夾/],
    [['sign', 'cades', 'nothing', ...by('me.key', 'me.pem')], 1, /The file nothing cannot be read: there is no such file/, /nothing/],
    [['sign', 'cades', 'folder', ...by('me.key', 'me.pem')], 1, /folder cannot be read: it is a folder/, /是資料夾|資料夾/],
    [['sign', 'cades', '/dev/null', ...by('me.key', 'me.pem')], 1, /no ordinary file/, /不是一般檔案/],
    [cades('-o', 'folder/none/out', ...me), 1, /folder\/none\/out cannot be written: there is no such file or folder/, /無法寫入/],
    [cades('-o', 'folder', ...me), 1, /cannot be written: it is a folder/, /無法寫入/],
    [cades('-o', 'note.txt', ...me), 2, /--out: note.txt is read, and would be replaced: name another file. \[SIG-621\]/, /--out: note.txt .*請指定另一個檔案/],
    [cades('-o', 'link', ...me), 2, /SIG-621/, /SIG-621/],
    [cades('-o', 'me.key', ...me), 2, /me.key is read, and would be replaced/, /SIG-621/],
    [cades(...by('me.key', 'me.pem'), '--level', 'xl'), 2, /--level: Choose one of the options listed. \(b \| t \| lt \| lta\)/, /--level: .*\(b \| t \| lt \| lta\)/],
    [cades(...by('me.key', 'me.pem'), '--level', 't'), 2, /give its address with --tsa. \[SIG-210\]/, /--tsa/],
    [cades('-o', 'out', '--key', 'me.key'), 2, /--cert: /, /--cert: /],
    [cades(...by('me.key', 'me.pem'), '--shiny'), 2, /does not understand --shiny/, /--shiny/],
    [['sign', 'pdf', 'note.txt', ...by('me.key', 'me.pem')], 2, /no PDF file: it does not begin with %PDF-/, /%PDF-/],
    [['sign', 'pdf', 'empty', ...by('me.key', 'me.pem')], 2, /no PDF file/, /SIG-101/],
    [['sign', 'xades', 'note.txt', ...by('me.key', 'me.pem')], 2, /XML/, /XML/],
    [['sign', 'xades', 'doc.xml', '--also', 'note.txt', ...by('me.key', 'me.pem')], 2, /enveloping or detached/, /enveloping 或 detached/],
    [['sign', 'jades', 'doc.xml', '--also', 'note.txt', ...by('me.key', 'me.pem')], 2, /\(detached\)/, /detached/],
    [['sign', 'asice', 'note.txt', '--also', 'folder/note.txt', ...by('me.key', 'me.pem')], 2, /Two files are named note.txt/, /有兩個檔案都叫 note.txt/],
    [['sign', 'photograph', 'note.txt'], 2, /no command photograph. See: rise help sign/, /rise help sign/],
    [['extend', 'note.txt', '-o', 'out', '--level', 'lt'], 2, /Only the signatures of PDF, CMS, XML, JSON and ASiC files/, /SIG-606/],
    [['extend', 'doc.xml', '-o', 'out', '--level', 'lta'], 2, /--tsa/, /--tsa/],
    [['verify', 'nothing'], 1, /nothing cannot be read/, /nothing/],
    [['verify', 'folder'], 1, /it is a folder/, /資料夾/],
    [['verify', 'doc.xml', 'other.xml'], 1, /no certificate to trust in other.xml \(PEM or DER\)/, /other.xml/],
    [['verify', 'doc.xml', '--at', 'yesterday'], 2, /--at wants an instant such as/, /--at/],
    [['verify', 'doc.xml', '--pdf', 'doc.xml'], 2, /--pdf: doc.xml is read, and would be replaced/, /--pdf: doc.xml/],
    [['verify', 'doc.xml', '--tsl', 'doc.xml'], 2, /--tsl needs --tsl-signer/, /--tsl-signer/],
  ];
  try {
    for (const [args, status, english, chinese] of rows)
      for (const [lang, words] of [['en', english], ['zh_TW', chinese]]) {
        const r = tool(...args, '--lang', lang), what = `rise ${args.join(' ')} --lang ${lang}`;
        assert.equal(r.status, status, `${what}: ${r.stderr}`);
        assert.match(r.stderr, words, what);
        if (lang === 'zh_TW') assert.match(r.stderr, /[\u4e00-\u9fff]/, what);
        assert.equal(existsSync(join(dir, 'out')), false, `${what} wrote something`);
      }
    assert.equal(text('note.txt'), '甲方\n');
    assert.equal(text('doc.xml'), '<a>甲方</a>');
  } finally { rmSync(dir, { recursive: true }); }
});

test('signing and checking: what works, to the end', { skip: opensslMissing }, () => {
  const { dir, tool } = makeDesk();
  const me = ['--key', 'me.key', '--cert', 'me.pem'];
  const verdict = (...args) => {
    const r = tool('verify', ...args, '--trust', 'me.pem', '--json');
    const s = JSON.parse(r.stdout).signatures[0];
    return `${r.status} ${s ? s.sub_indication : 'none'}`;
  };
  try {
    assert.equal(tool('sign', 'cades', 'note.txt', '-o', 'a.p7s', '--key', 'locked.key', '--passphrase-file', 'right', '--cert', 'me.pem').status, 0);
    assert.equal(verdict('a.p7s', '--content', 'note.txt'), '0 ');
    for (const [verb, out, ...more] of [['cades', 'e.p7s'], ['cades', 'e.p7m', '--attached'], ['jades', 'e.json'], ['jades', 'd.json', '--detached'], ['xades', 'e.xml', '--form', 'enveloping'], ['xades', 'd.xml', '--form', 'detached'], ['asice', 'e.asice']]) {
      const r = tool('sign', verb, 'empty', '-o', out, ...me, ...more); // an empty file is a file
      assert.equal(r.status, 0, `${verb} ${more}: ${r.stderr}`);
      const beside = ['e.p7s', 'e.json'].includes(out) || out[0] === 'd' ? ['--content', 'empty'] : []; // an empty payload and none are the same in JSON
      assert.equal(verdict(out, ...beside), '0 ', `${verb} ${more}`);
    }
    assert.equal(tool('verify', 'empty').status, 4);
    const none = tool('verify', 'note.txt', '--lang', 'zh_TW');
    assert.equal(none.status, 4);
    assert.match(none.stdout, /SIG-601|PDF、CMS/);
    const dead = tool('sign', 'cades', 'note.txt', '-o', 'low.p7s', ...me, '--level', 'lta', '--tsa', 'http://127.0.0.1:9/', '--lang', 'en');
    assert.equal(dead.status, 3);
    assert.match(dead.stderr, /B-B only, not B-LTA: http:\/\/127.0.0.1:9\/ does not answer/);
    assert.match(dead.stderr, /rise extend raises it/);
    assert.equal(verdict('low.p7s', '--content', 'note.txt'), '0 ');
  } finally { rmSync(dir, { recursive: true }); }
});
