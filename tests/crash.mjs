// kill -9 while transfers pour in; then `rise doctor` is clean and every acknowledged transfer is there: its idempotency key gives the same
// answer again. usage: node crash.mjs RISE   (RISE_TEST_PG: on PostgreSQL)
import { Program } from './program.mjs';

const fail = (text) => { console.error(text); process.exitCode = 1; };
const p = new Program(process.argv[2]);
try {
  await p.set_up();
  const acknowledged = new Map();
  let running = true, sent = 0;
  const worker = async () => {
    while (running) {
      const n = sent++, answer = await p.transfer(n);
      if (answer?.status === 201) acknowledged.set(n, answer.text);
      else if (answer) fail(`transfer ${n}: ${answer.status} ${answer.text}`);
    }
  };
  const workers = Array.from({ length: 32 }, worker);
  while (acknowledged.size < 300) await new Promise((r) => setTimeout(r, 5));
  await p.stop('SIGKILL');
  running = false;
  await Promise.all(workers);

  const findings = JSON.parse(p.run('doctor', '--json'));
  for (const f of findings) if (!f.ok) fail(`doctor: ${f.check}: ${f.finding}`);
  await p.start();
  for (const [n, text] of acknowledged) {
    const again = await p.transfer(n);
    if (again?.headers['idempotency-replayed'] !== 'true' || again.text !== text) fail(`transfer ${n} was acknowledged and is lost: ${again?.status} ${again?.text}`);
  }
  const code = await p.stop('SIGTERM');
  if (code !== 0) fail(`a graceful stop ended with ${code}`);
  console.log(`${acknowledged.size} acknowledged transfers, all there after kill -9; doctor: ${findings.length} checks`);
} finally {
  p.tear_down();
}
