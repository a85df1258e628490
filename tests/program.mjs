// A RISE of its own for a test: data in a temporary folder, or on PostgreSQL (RISE_TEST_PG) in a schema of its own, and a small client.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export class Program {
  constructor(rise) {
    this.rise = rise;
    this.dir = mkdtempSync(join(tmpdir(), 'rise-test-'));
    const pg = process.env.RISE_TEST_PG;
    const database = pg ? ['--db', `${pg}${pg.includes('?') ? '&' : '?'}options=-csearch_path%3Dt_${process.pid}`] : [];
    this.settings = ['--data-dir', this.dir, '--lang', 'en', ...database];
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 32 });
  }

  run(...args) { return execFileSync(this.rise, [...args, ...this.settings], { encoding: 'utf8' }); }

  start(...options) {
    return new Promise((resolve, reject) => {
      this.server = spawn(this.rise, ['serve', ...options, ...this.settings, '--listen', '127.0.0.1:0', '--rate', '0'], { stdio: ['ignore', 'pipe', 'ignore'] });
      this.server.once('error', reject);
      this.server.stdout.once('data', (text) => { this.port = Number(/port (\d+)/.exec(text)[1]); resolve(); });
    });
  }

  // Sends a signal and waits for the end; gives the exit code.
  stop(signal) {
    return new Promise((resolve) => { this.server.once('exit', resolve); this.server.kill(signal); });
  }

  // null when the connection broke.
  post(path, body, idempotencyKey) {
    return new Promise((resolve) => {
      const request = http.request({ host: '127.0.0.1', port: this.port, path, method: 'POST', agent: this.agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.key}`, ...(idempotencyKey && { 'idempotency-key': idempotencyKey }) } },
      (answer) => {
        let text = '';
        answer.on('data', (piece) => { text += piece; });
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
        answer.on('error', () => resolve(null));
      });
      request.on('error', () => resolve(null));
      request.end(JSON.stringify(body));
    });
  }

  // Initialised, serving, with an API key and 20 ledger accounts.
  async set_up() {
    this.run('init', '--admin', 'admin@example.com');
    this.key = this.run('keys', 'make', 'test', '--role', 'officer', '--role', 'admin').trim();
    await this.start();
    this.accounts = [];
    for (let i = 0; i < 20; i++) this.accounts.push(JSON.parse((await this.post('/api/ledger/accounts', { kind: `test-${i}`, source: true })).text).id);
  }

  // The n-th transfer: always the same for the same n.
  async transfer(n) {
    const from = this.accounts[n % 20];
    let to = this.accounts[(n * 7 + 1) % 20];
    if (to === from) to = this.accounts[(n + 1) % 20];
    return this.post('/api/ledger/transfers', { from, to, amount: 1 + (n % 9) }, `transfer-${n}`);
  }

  tear_down() {
    this.server?.kill('SIGKILL');
    this.agent.destroy();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
