// The command line as people and scripts use it: node cli.mjs RISE
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
