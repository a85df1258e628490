// The peer of bench_tally: the same round in plain JavaScript with doubles, as the published calculators do it. Reads the CSV that
// bench_tally wrote, prints milliseconds of processor time, as bench_tally does; the reading is measured apart. usage: node peer.mjs ROUND.csv
import { readFileSync } from 'node:fs';

const A = 10000, POOL = 100000000;
const time = (what, runs, f) => {
  let best = Infinity, out;
  for (let k = 0; k < runs; k++) { const t = process.cpuUsage(); out = f(); const d = process.cpuUsage(t); best = Math.min(best, (d.user + d.system) / 1000); }
  console.log(`peer (Node ${process.versions.node}, doubles), ${what}: ${best.toFixed(2)} ms`);
  return out;
};

const text = readFileSync(process.argv[2], 'utf8');
const gifts = time(`CSV of ${(text.length / 1e6).toFixed(0)} MB by split`, 3, () => {
  const projects = new Map(), donors = new Map();
  const index = (map, name) => { let i = map.get(name); if (i === undefined) map.set(name, i = map.size); return i; };
  const rows = text.split('\n').slice(1, -1).map((line) => { const f = line.split(','); return [index(projects, f[1]), index(donors, f[2]), Number(f[3])]; });
  return { rows, projects: projects.size, donors: donors.size };
});

// Per project: donor -> sum of gifts.
const group = () => {
  const out = Array.from({ length: gifts.projects }, () => new Map());
  for (const [p, d, c] of gifts.rows) out[p].set(d, (out[p].get(d) ?? 0) + c);
  return out;
};
const share = (weights) => { const sum = weights.reduce((a, b) => a + b, 0); return weights.map((w) => POOL * w / sum); };

time('plain', 5, () => share(group().map((donors) => {
  let s = 0, c = 0;
  for (const x of donors.values()) { s += Math.sqrt(x); c += x; }
  return s * s - c;
})));

time('pairwise', 1, () => {
  const projects = group().map((donors) => ({ d: Int32Array.from(donors.keys()), r: Float64Array.from(donors.values(), Math.sqrt) }));
  const common = new Float64Array(gifts.donors * gifts.donors); // dense, as the reference implementations have it
  for (const { d, r } of projects) for (let i = 0; i < d.length; i++) for (let j = 0; j < d.length; j++) common[d[i] * gifts.donors + d[j]] += r[i] * r[j];
  return share(projects.map(({ d, r }) => {
    let w = 0;
    for (let i = 0; i < d.length; i++) for (let j = i + 1; j < d.length; j++) w += 2 * A / (A + common[d[i] * gifts.donors + d[j]]) * r[i] * r[j];
    return w;
  }));
});
