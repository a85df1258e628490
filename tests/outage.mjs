// PostgreSQL is stopped and started while transfers pour in: the answers are 201 or 503 with Retry-After, service comes back by itself, and what was
// acknowledged stays. usage: tests/with-postgres node outage.mjs RISE
import { execSync } from 'node:child_process';
import { Program } from './program.mjs';

const control = process.env.RISE_TEST_PG_CTL;
if (!control) {
  console.log('skipped: no PostgreSQL of its own (tests/with-postgres)');
  process.exit(77);
}
const fail = (text) => { console.error(text); process.exitCode = 1; };
const pause = (ms) => new Promise((r) => setTimeout(r, ms));
const p = new Program(process.argv[2]);
try {
  await p.set_up();
  const acknowledged = new Map();
  let running = true, sent = 0, unavailable = 0;
  const worker = async () => {
    while (running) {
      const n = sent++, answer = await p.transfer(n);
      if (answer?.status === 201) acknowledged.set(n, answer.text);
      else if (answer?.status === 503 && answer.headers['retry-after']) { unavailable++; await pause(20); }
      else fail(`transfer ${n}: ${answer?.status} ${answer?.text}`);
    }
  };
  const workers = Array.from({ length: 16 }, worker);
  while (acknowledged.size < 100) await pause(5);
  execSync(`${control} -w -m immediate stop`, { stdio: 'ignore', cwd: '/' });
  while (unavailable < 50) await pause(5);
  execSync(`${control} -w start`, { stdio: 'ignore', cwd: '/' });
  const before = acknowledged.size;
  while (acknowledged.size < before + 100) await pause(5);
  running = false;
  await Promise.all(workers);
  for (const [n, text] of acknowledged) {
    const again = await p.transfer(n);
    if (again?.headers['idempotency-replayed'] !== 'true' || again.text !== text) fail(`transfer ${n} was acknowledged and is lost: ${again?.status} ${again?.text}`);
  }
  await p.stop('SIGTERM');
  const findings = JSON.parse(p.run('doctor', '--json'));
  for (const f of findings) if (!f.ok) fail(`doctor: ${f.check}: ${f.finding}`);
  console.log(`${acknowledged.size} acknowledged, ${unavailable} times 503; doctor: ${findings.length} checks`);
} finally {
  p.tear_down();
}
