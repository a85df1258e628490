// `rise fund tally` and `rise fund sensitivity` as a user meets them: files good and bad, standard input, exit codes, both languages.
// usage: node fund_tally.mjs RISE
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const rise = process.argv[2];
const dir = mkdtempSync(join(tmpdir(), 'rise-fund-'));
after(() => rmSync(dir, { recursive: true }));

function run(args, input = '') {
  const r = spawnSync(rise, ['fund', ...args, '--lang', 'en'], { input, encoding: 'utf8' });
  return { code: r.status, out: r.stdout, err: r.stderr };
}
const tally = (input, ...args) => run(['tally', ...args, '-'], input);
function json(input, ...args) {
  const r = tally(input, '--json', ...args);
  assert.equal(r.code, 0, r.err);
  return JSON.parse(r.out);
}
const heading = 'project,donor,amount\n';
const two = `${heading}a,1,100\na,2,400\nb,3,900\n`;

test('a small round, as table and as JSON, from a file and from standard input', () => {
  const file = join(dir, 'two.csv');
  writeFileSync(file, two);
  const table = run(['tally', '--method', 'qf', '--weight', 's2', '--pool', '1000', file]);
  assert.equal(table.code, 0);
  assert.match(table.out, /1 +2 +500 +500 +1000 +a\n +2 +1 +900 +500 +1400 +b\n/);
  const j = json(two, '--method', 'qf', '--weight', 's2', '--pool', '1000');
  assert.deepEqual(j.projects.map(({ id, donors, raised, match, total }) => ({ id, donors, raised, match, total })),
    [{ id: 'a', donors: 2, raised: '500', match: '500', total: '1000' }, { id: 'b', donors: 1, raised: '900', match: '500', total: '1400' }]);
  assert.match(j.rules_hash, /^[0-9a-f]{64}$/);
  assert.deepEqual([j.paid, j.unspent, j.outcome], ['1000', '0', []]);
});

test('the same result from JSON, JSON lines, CSV with other columns, any order of rows', () => {
  const rows = [['a', '1', 100], ['a', '2', 400], ['b', '3', 900]].map(([project, donor, amount]) => ({ project, donor, amount }));
  const want = JSON.stringify(json(two, '--pool', '77').projects);
  assert.equal(JSON.stringify(json(JSON.stringify(rows), '--pool', '77').projects), want);
  assert.equal(JSON.stringify(json(rows.reverse().map((r) => JSON.stringify(r)).join('\n'), '--pool', '77').projects), want);
  const mapped = '\ufeff平台,專案,捐款人,金額\r\nx,b,3,900\r\nx,a,2,"400"\r\nx,a,1,１００\r\n';
  assert.equal(JSON.stringify(json(mapped, '--pool', '77', '--map', 'project=專案,donor=捐款人,amount=金額').projects), want);
});

test('decimals are those of the input', () => {
  const j = json(`${heading}a,1,12.50\na,2,0.5\n`, '--pool', '10.01');
  assert.deepEqual([j.rules.decimals, j.projects[0].raised, j.projects[0].match, j.projects[0].total], [2, '13.00', '10.01', '23.01']);
  const bad = tally(`${heading}a,1,12.50\n`, '--decimals', '0');
  assert.equal(bad.code, 2);
  assert.match(bad.err, /more decimals than declared: 12\.50/);
});

for (const [amount, reason] of [['1e3', 'scientific'], ['NaN', 'not-a-number'], ['-500', 'negative'], ['', 'no-amount'], ['US$5', 'currency'],
  ['1000000000000000000', 'too-large'], ['"1,23"', 'ambiguous'], ['１2', 'ambiguous'], ['0', 'zero'], ['Infinity', 'not-a-number'], ['0x1F', 'currency']]) {
  test(`amount ${amount || '(empty)'}: refused, named, and left out on demand`, () => {
    const input = `${two}a,4,${amount}\n`;
    const refused = tally(input, '--pool', '1000');
    assert.equal(refused.code, 2);
    assert.equal(refused.out, '');
    assert.match(refused.err, /Row 5, line 5: /);
    assert.match(refused.err, /FND-153/);
    const j = json(input, '--pool', '1000', '--skip-bad');
    assert.deepEqual(j.excluded.reasons, { [reason]: 1 });
    assert.equal(j.excluded.first[0].row, 5);
    assert.equal(JSON.stringify(j.projects), JSON.stringify(json(two, '--pool', '1000').projects));
  });
}

test('a gift in another currency, by its column', () => {
  const r = tally('project,donor,amount,currency\na,1,5,TWD\na,2,5,USD\n');
  assert.equal(r.code, 2);
  assert.match(r.err, /another currency: USD/);
});

test('what cannot be read at all', () => {
  for (const [input, code] of [['', 'FND-150'], ['a,b\n1,2\n', 'FND-150'], [`${heading}"a,1,5\n`, 'CSV-002'], ['[{"project":1', 'FND-152'], ['[1]', 'FND-152'], ['{}x', 'FND-152']]) {
    const r = tally(input, '--skip-bad');
    assert.equal(r.code, 2, input);
    assert.match(r.err, new RegExp(code), input);
    assert.equal(r.out, '');
  }
  assert.equal(run(['tally', join(dir, 'none.csv')]).code, 1);
  assert.equal(run(['tally', dir]).code, 1);
  assert.equal(tally(two, '--method', 'magic').code, 2);
  assert.equal(tally(two, '--pool', '1e6').code, 2);
  assert.equal(tally(two, '--map', 'who=x').code, 2);
  assert.equal(tally(two, '--method', 'cqf', '--weight', 's').code, 2);
});

test('gifts below the minimum are excluded with a warning', () => {
  const r = tally(two, '--min', '200');
  assert.equal(r.code, 0);
  assert.match(r.err, /1 gifts below the minimum were left out, 100 in all/);
  assert.equal(json(two, '--min', '200').excluded.gifts_below_min, 1);
});

test('clip, cap and pool', () => {
  const kinds = 'project,donor,amount,kind\na,1,625,person\na,2,9000000,company\na,3,10000,person\n';
  assert.equal(json(kinds, '--clip', '5000').projects[0].counted, '15625');
  assert.equal(json(kinds.replaceAll(/,(person|company|kind)/g, ''), '--clip', '5000').projects[0].counted, '10625');
  assert.deepEqual(json(two, '--weight', 's2', '--pool', '1000', '--cap', '300').outcome, ['cap-infeasible', 'capped']);
  assert.deepEqual(json(two, '--saturation', 'pay', '--pool', '1000').projects.map((p) => p.match), ['400', '0']);
});

test('every method', () => {
  for (const method of ['qf', 'cqf', 'pairwise', 'cocm']) assert.equal(json(two, '--method', method, '--pool', '100').rules.method, method);
  const votes = `${heading}a,1,9\nb,1,4\na,2,9\nb,2,5\n`;
  const j = json(votes, '--method', 'qv');
  assert.deepEqual(j.projects.map((p) => [p.id, p.total]), [['a', '9'], ['b', '4']]);
  assert.equal(j.excluded.ballots_over_budget, 1);
  assert.equal(tally(`${heading}a,1,1.5\n`, '--method', 'qv').code, 2);
});

test('the ballots of 2019', (t) => {
  const file = join(import.meta.dirname ?? '.', '../../shared/data/fund/presidential-hackathon-2019/ProposalPolls.json');
  if (!existsSync(file)) return t.skip('no ../shared');
  const j = json(readFileSync(file, 'utf8'), '--method', 'qv', '--map', 'project=ProposalID,donor=UserID,amount=Count');
  assert.deepEqual(j.projects.slice(0, 5).map((p) => [p.id, p.total]), [['117', '4365'], ['121', '1608'], ['39', '1487'], ['114', '1476'], ['38', '1310']]);
});

test('sensitivity: without donors, clusters and communities, and by other rules', () => {
  const file = join(dir, 'round.csv'), clusters = join(dir, 'clusters.csv');
  const gifts = ['p1,d1', 'p1,d2', 'p1,d3', 'p2,d1', 'p2,d2', 'p2,d3', 'p4,d1', 'p4,d2', 'p4,d3', 'p3,d4', 'p3,d5'];
  writeFileSync(file, heading + gifts.map((g) => `${g},500\n`).join(''));
  writeFileSync(clusters, 'cluster,donor\ndevice-1,d1\ndevice-1,d2\ndevice-2,d4\n');
  const ask = (...args) => run(['sensitivity', '--pool', '900', '--line', '1', ...args, '--json', file]);
  const one = JSON.parse(ask('--without', 'd1,d2').out).questions[0];
  assert.deepEqual([one.enter, one.leave, one.donors, one.removed, one.moved], [['p3'], ['p1'], 2, '3000', '810']);
  const two_clusters = JSON.parse(ask('--clusters', clusters).out).questions;
  assert.deepEqual(two_clusters.map((q) => [q.name, q.donors]), [['device-1', 2], ['device-2', 1]]);
  assert.deepEqual({ ...two_clusters[0], name: '' }, { ...one, name: '' });
  const community = JSON.parse(ask('--communities').out).questions[0];
  assert.deepEqual([community.donor_ids, community.shared[0]], [['d1', 'd2', 'd3'], { id: 'p1', givers: 3 }]);
  const rules = JSON.parse(ask('--try-cap', '300').out).questions[0];
  assert.equal(rules.rules.cap, 300);
  assert.equal(ask('--without', 'nobody').code, 2);
  assert.equal(ask().code, 2);
});

test('in Chinese', () => {
  const r = spawnSync(rise, ['fund', 'tally', '--lang', 'zh_TW', '-'], { input: `${two}a,4,1e3\n`, encoding: 'utf8' });
  assert.match(r.stderr, /第 5 筆（第 5 行）：金額為科學記號/);
});
