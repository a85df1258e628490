// kill -9 while transfers pour in; then `rise doctor` is clean and every acknowledged transfer is there: its idempotency key gives the same
// answer again. usage: node crash.mjs RISE   (RISE_TEST_PG: on PostgreSQL, in a schema of its own)
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const rise = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'rise-crash-'));
const pg = process.env.RISE_TEST_PG;
const database = pg ? ['--db', `${pg}${pg.includes('?') ? '&' : '?'}options=-csearch_path%3Dcrash_${process.pid}`] : [];
const settings = ['--data-dir', dir, '--lang', 'en', ...database];
const run = (...args) => execFileSync(rise, [...args, ...settings], { encoding: 'utf8' });
const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
let port, key, server;

const start = () => new Promise((resolve, reject) => {
  server = spawn(rise, ['serve', ...settings, '--listen', '127.0.0.1:0', '--rate', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
  server.once('error', reject);
  server.stdout.once('data', (text) => { port = Number(/port (\d+)/.exec(text)[1]); resolve(); });
});

const post = (path, body, idempotencyKey) => new Promise((resolve) => {
  const request = http.request({ host: '127.0.0.1', port, path, method: 'POST', agent,
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) } },
  (answer) => {
    let text = '';
    answer.on('data', (piece) => { text += piece; });
    answer.on('end', () => resolve({ status: answer.statusCode, replayed: answer.headers['idempotency-replayed'], text }));
    answer.on('error', () => resolve(null));
  });
  request.on('error', () => resolve(null));
  request.end(JSON.stringify(body));
});

const fail = (text) => { console.error(text); process.exitCode = 1; };

try {
  run('init', '--admin', 'admin@example.com');
  key = run('keys', 'make', 'crash', '--role', 'officer', '--role', 'admin').trim();
  await start();
  const accounts = [];
  for (let i = 0; i < 20; i++) accounts.push(JSON.parse((await post('/api/ledger/accounts', { kind: `crash-${i}`, source: true })).text).id);

  const acknowledged = new Map();
  let running = true, sent = 0;
  const worker = async () => {
    while (running) {
      const n = sent++;
      const body = { from: accounts[n % 20], to: accounts[(n * 7 + 1) % 20], amount: 1 + (n % 9) };
      if (body.from === body.to) body.to = accounts[(n + 1) % 20];
      const answer = await post('/api/ledger/transfers', body, `crash-${n}`);
      if (answer?.status === 201) acknowledged.set(n, { body, text: answer.text });
      else if (answer) fail(`transfer ${n}: ${answer.status} ${answer.text}`);
    }
  };
  const workers = Array.from({ length: 32 }, worker);
  while (acknowledged.size < 300) await new Promise((r) => setTimeout(r, 5));
  server.kill('SIGKILL');
  running = false;
  await Promise.all(workers);

  const findings = JSON.parse(run('doctor', '--json'));
  for (const f of findings) if (!f.ok) fail(`doctor: ${f.check}: ${f.finding}`);
  await start();
  for (const [n, { body, text }] of acknowledged) {
    const again = await post('/api/ledger/transfers', body, `crash-${n}`);
    if (again?.replayed !== 'true' || again.text !== text) fail(`transfer ${n} was acknowledged and is lost: ${again?.status} ${again?.text}`);
  }
  server.kill('SIGTERM');
  const code = await new Promise((r) => server.once('exit', r));
  if (code !== 0) fail(`a graceful stop ended with ${code}`);
  console.log(`${acknowledged.size} acknowledged transfers, all there after kill -9; doctor: ${findings.length} checks`);
} finally {
  server?.kill('SIGKILL');
  agent.destroy();
  rmSync(dir, { recursive: true, force: true });
}
