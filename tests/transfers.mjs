// Many transfers at once, good and bad ones side by side: each gets the answer that it would have got alone, and the sums are right.
// usage: node transfers.mjs RISE   (RISE_TEST_PG: on PostgreSQL)
import { Program } from './program.mjs';

const fail = (text) => { console.error(text); process.exitCode = 1; };
const p = new Program(process.argv[2]);
const open = async (extra) => JSON.parse((await p.post('/api/ledger/accounts', extra)).text).id;
const send = (from, to, amount, key, unit) => p.post('/api/ledger/transfers', { from, to, amount, ...(unit && { unit }) }, key);
const balance = (id) => new Promise((resolve, reject) => {
  fetch(`http://127.0.0.1:${p.port}/api/ledger/accounts/${id}`, { headers: { authorization: `Bearer ${p.key}` } })
    .then((r) => r.json()).then((a) => resolve(a.balance), reject);
});
// The statuses of `answers`, counted: { '201': 5, '409 LED-001': 2 }.
const tally = (answers) => answers.reduce((sum, a) => {
  const name = a.status === 201 ? '201' : `${a.status} ${JSON.parse(a.text).code ?? JSON.parse(a.text).errors?.[0]?.code}`;
  return { ...sum, [name]: (sum[name] ?? 0) + 1 };
}, {});
const expect = (what, got, want) => {
  const sorted = (o) => JSON.stringify(Object.entries(o).sort());
  if (sorted(got) !== sorted(want)) fail(`${what}: ${JSON.stringify(got)} instead of ${JSON.stringify(want)}`);
};

try {
  await p.set_up();
  const source = p.accounts[0], hot = await open({ kind: 'hot' }), poor = await open({ kind: 'poor' }), dollars = await open({ kind: 'dollars', unit: 'TWD', source: true });
  const nowhere = JSON.parse((await send(source, hot, 1, 'first')).text).id; // a number, but of no account
  for (let round = 0; round < 10; round++) {
    const before = await balance(hot), key = (n) => `r${round}-${n}`;
    // Sixty to a hot account, twelve of which come twice; the poor account has nothing and is asked for it; wrong units; nowhere.
    const wanted = [];
    for (let i = 0; i < 60; i++) {
      wanted.push(send(source, hot, 2, key(i)));
      if (i % 5 === 0) wanted.push(send(source, hot, 2, key(i)));
      if (i % 6 === 1) wanted.push(send(poor, hot, 1, key(`poor-${i}`)));
      if (i % 15 === 2) wanted.push(send(dollars, hot, 1, key(`unit-${i}`)));
      if (i % 20 === 3) wanted.push(send(hot, hot, 1, key(`same-${i}`)));
      if (i % 30 === 4) wanted.push(send(source, nowhere, 1, key(`nowhere-${i}`)));
    }
    const got = await Promise.all(wanted);
    const good = got.filter((a) => a.status === 201);
    if (good.length !== 72) fail(`round ${round}: ${good.length} instead of 72 are 201: ${JSON.stringify(tally(got))}`);
    if (new Set(good.map((a) => a.text)).size !== 60) fail(`round ${round}: a key that came twice did not get the same answer twice`);
    if (good.filter((a) => a.headers['idempotency-replayed'] === 'true').length !== 12) fail(`round ${round}: not every second one is a replay`);
    if (got.filter((a) => a.status >= 500).length) fail(`round ${round}: ${JSON.stringify(tally(got))}`);
    if (await balance(hot) !== before + 120 || await balance(poor) !== 0) fail(`round ${round}: the sums are wrong`);
    if (round === 0) console.log(JSON.stringify(tally(got)));
  }
  // A hundred want the last ten points.
  const left = await open({ kind: 'left' });
  await send(source, left, 10, 'fill');
  const race = await Promise.all(Array.from({ length: 100 }, (_, i) => send(left, hot, 1, `race-${i}`)));
  expect('the last ten points', tally(race), { 201: 10, '409 LED-001': 90 });
  if (await balance(left) !== 0) fail('the last ten points: something is left or missing');
  const code = await p.stop('SIGTERM');
  if (code !== 0) fail(`a graceful stop ended with ${code}`);
  for (const f of JSON.parse(p.run('doctor', '--json'))) if (!f.ok) fail(`doctor: ${f.check}: ${f.finding}`);
} finally {
  p.tear_down();
}
