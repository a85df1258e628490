// An old backup is restored beside a log that went on: restore says so, doctor finds it, serve refuses until a person accepts the fork with a reason.
// usage: node fork.mjs RISE
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Program } from './program.mjs';

const rise = process.argv.at(-1);

test('a restored log does not fork unseen', async () => {
  const p = new Program(rise);
  const run = (...args) => spawnSync(rise, [...args, '--data-dir', p.dir, '--lang', 'en', '--db', `sqlite:${join(p.dir, 'again.db')}`, '--listen', '127.0.0.1:0'],
    { encoding: 'utf8', timeout: 20000 });
  const size = async () => Number((await (await fetch(`http://127.0.0.1:${p.port}/log/checkpoint`)).text()).split('\n')[1]);
  const grow = async () => {
    const before = await size();
    await p.transfer(before);
    for (let i = 0; i < 200 && await size() <= before; i++) await new Promise((r) => setTimeout(r, 50));
    assert.ok(await size() > before);
  };
  try {
    await p.set_up();
    await grow();
    p.run('backup', join(p.dir, 'old.backup'));
    await grow();
    await p.stop('SIGTERM');
    assert.match(p.run('doctor'), /ok +log-fork/);

    const restored = run('restore', join(p.dir, 'old.backup'));
    assert.equal(restored.status, 0);
    assert.match(restored.stderr, /LOG-012/);
    const doctor = run('doctor');
    assert.equal(doctor.status, 1);
    assert.match(doctor.stdout, /FAILED log-fork/);
    const refused = run('serve');
    assert.equal(refused.status, 1);
    assert.match(refused.stderr, /does not continue the checkpoint.*LOG-012/);

    p.settings.push('--db', `sqlite:${join(p.dir, 'again.db')}`);
    await p.start('--accept-log-fork', 'the disk was lost');
    await grow(); // signs again
    await p.stop('SIGTERM');
    assert.match(p.run('doctor'), /ok +log-fork/);
    assert.ok(readdirSync(p.dir).some((name) => name.startsWith('checkpoint.forked-')));
    const twice = run('serve', '--accept-log-fork', 'habit');
    assert.equal(twice.status, 1);
    assert.match(twice.stderr, /LOG-013/);
  } finally { p.tear_down(); }
});
