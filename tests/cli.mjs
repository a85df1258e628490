// The command line as people and scripts use it: node cli.mjs RISE
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

const rise = process.argv.at(-1);
const run = (...args) => spawnSync(rise, args, { encoding: 'utf8', env: { PATH: process.env.PATH, LANG: 'C.UTF-8' } });

test('business numbers: several words, commas, or both', () => {
  const words = run('market', 'check-ubn', '04595257', '22099131,12345678', '--lang', 'en');
  assert.equal(words.stdout, '04595257 valid\n22099131 valid\n12345678 invalid\n');
  assert.equal(words.status, 2);
  assert.equal(run('market', 'check-ubn', '04595257', '22099131').status, 0);
  assert.equal(run('market', 'check-ubn').status, 2);
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
