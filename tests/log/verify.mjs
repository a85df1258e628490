// Checks a copy of the public log with programs that share no code with RISE:
//   - signed checkpoints and inclusion proofs by @sigstore/verify (the verifier of npm's own provenance), Apache-2.0;
//   - tiles, bundles, the root and consistency proofs by the few lines below, written from RFC 6962 section 2.1 and
//     C2SP tlog-tiles on Node's crypto (no npm package was found that reads tiles).
// It also alters what it was given and expects a refusal, since a verifier that accepts everything proves nothing.
//
//   node verify.mjs --make MAKE_COPY     makes copies in a temporary folder and checks them (the test)
//   node verify.mjs DIR VKEY             checks a copy made by: rise log export DIR
import { createHash, createPublicKey } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import assert from 'node:assert/strict';

const require = createRequire(import.meta.url);
let verifyCheckpoint, verifyMerkleInclusion;
try {
  ({ verifyCheckpoint } = require('@sigstore/verify/dist/timestamp/checkpoint.js'));
  ({ verifyMerkleInclusion } = require('@sigstore/verify/dist/timestamp/merkle.js'));
} catch {
  console.log('skipped: @sigstore/verify is not installed (npm ci --prefix tests)');
  process.exit(77);
}

const sha256 = (...parts) => parts.reduce((h, p) => h.update(p), createHash('sha256')).digest();
const leafHash = (entry) => sha256(Buffer.of(0), entry);
const nodeHash = (left, right) => sha256(Buffer.of(1), left, right);

// ---- keys and notes ----

// name+hash+base64(0x01 ‖ key), C2SP signed-note
function parseVkey(vkey) {
  const [, name, hash, key64] = /^([^+\s]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey.trim());
  const key = Buffer.from(key64, 'base64');
  assert.equal(key.length, 33);
  assert.equal(key[0], 1, 'Ed25519');
  assert.equal(sha256(name, '\n', key).subarray(0, 4).toString('hex'), hash, 'the key hash fits the key');
  const spki = Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key.subarray(1)]);
  return {
    name,
    authority: {
      baseURL: name,
      logID: Buffer.from(hash, 'hex'),
      publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
      validFor: { start: new Date(0), end: new Date('9999-12-31') },
    },
  };
}

// What the library takes for an entry of a log.
function sigstoreEntry(checkpoint, index, size, root, path, body) {
  return {
    integratedTime: '1',
    canonicalizedBody: body,
    inclusionProof: {
      logIndex: String(index), treeSize: String(size), rootHash: root, hashes: path, checkpoint: { envelope: checkpoint },
    },
  };
}

function parseCheckpoint(note) {
  const [origin, size, root] = note.split('\n');
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') };
}

// ---- the tree ----

function treeHash(leaves, from = 0, to = leaves.length) {
  if (to === from) return sha256();
  if (to - from === 1) return leaves[from];
  let k = 1;
  while (2 * k < to - from) k *= 2;
  return nodeHash(treeHash(leaves, from, from + k), treeHash(leaves, from + k, to));
}

// RFC 6962 section 2.1.2, PROOF(m, D[n])
function consistency(leaves, m, n) {
  const sub = (m, from, to, whole) => {
    const n = to - from;
    if (m === n) return whole ? [] : [treeHash(leaves, from, to)];
    let k = 1;
    while (2 * k < n) k *= 2;
    return m <= k
      ? [...sub(m, from, from + k, whole), treeHash(leaves, from + k, to)]
      : [...sub(m - k, from + k, to, false), treeHash(leaves, from, from + k)];
  };
  return sub(m, 0, n, true);
}

function tilePath(n, width) {
  const groups = [String(n % 1000).padStart(3, '0')];
  for (n = Math.floor(n / 1000); n > 0; n = Math.floor(n / 1000)) groups.unshift('x' + String(n % 1000).padStart(3, '0'));
  return groups.join('/') + (width < 256 ? `.p/${width}` : '');
}

// All tiles of one level for a tree of `size` leaves, as one buffer of hashes.
function* tiles(size, level) {
  const hashes = Math.floor(size / 256 ** level);
  for (let n = 0; n * 256 < hashes; n++) yield [n, Math.min(256, hashes - n * 256)];
}

function readEntries(dir, size) {
  const entries = [];
  for (const [n, width] of tiles(size, 0)) {
    const bytes = readFileSync(join(dir, 'tile/entries', tilePath(n, width)));
    let at = 0;
    for (let i = 0; i < width; i++) {
      const length = bytes.readUInt16BE(at);
      entries.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    assert.equal(at, bytes.length, `bundle ${n} ends with its last entry`);
  }
  return entries;
}

function checkTiles(dir, size, leaves) {
  let below = leaves;
  for (let level = 0; Math.floor(size / 256 ** level) > 0; level++) {
    if (level > 0) {
      const full = Math.floor(below.length / 256);
      below = Array.from({ length: full }, (_, i) => treeHash(below, i * 256, i * 256 + 256));
    }
    for (const [n, width] of tiles(size, level)) {
      const bytes = readFileSync(join(dir, 'tile', String(level), tilePath(n, width)));
      assert.ok(bytes.equals(Buffer.concat(below.slice(n * 256, n * 256 + width))), `tile ${level}/${tilePath(n, width)}`);
    }
  }
}

// ---- one copy ----

function checkProof(json, key, size, root, leaves) {
  const p = JSON.parse(json);
  const commitment = sha256(Buffer.from(p.salt, 'base64'), Buffer.from(p.record, 'utf8'));
  const path = p.path.map((h) => Buffer.from(h, 'base64'));
  const entry = (change = {}) => {
    const e = sigstoreEntry(p.checkpoint, p.index, p.size, root, path, commitment);
    return { ...e, ...change, inclusionProof: { ...e.inclusionProof, ...change.inclusionProof } };
  };
  assert.equal(p.size, size);
  assert.ok(leafHash(commitment).equals(leaves[p.index]), 'the record is the entry at its index');
  verifyCheckpoint(entry(), [key.authority]);
  verifyMerkleInclusion(entry());

  const touched = Buffer.from(commitment);
  touched[0] ^= 1;
  assert.throws(() => verifyMerkleInclusion(entry({ canonicalizedBody: touched })));
  assert.throws(() => verifyMerkleInclusion(entry({ inclusionProof: { logIndex: String((p.index + 1) % p.size) } })));
  for (const i of path.keys()) {
    const hashes = path.map((h) => Buffer.from(h));
    hashes[i][31] ^= 1;
    assert.throws(() => verifyMerkleInclusion(entry({ inclusionProof: { hashes } })));
  }
}

function checkTouchedCheckpoints(note, key) {
  const { size, root } = parseCheckpoint(note);
  const text = note.slice(0, note.indexOf('\n\n'));
  for (let i = 0; i < text.length; i++) {
    const other = text[i] === 'x' ? 'y' : 'x';
    const touched = note.slice(0, i) + other + note.slice(i + 1);
    assert.throws(() => verifyCheckpoint(sigstoreEntry(touched, 0, size, root, [], Buffer.alloc(0)), [key.authority]),
      `character ${i} of the checkpoint`);
  }
}

function checkCopy(dir, vkey) {
  const key = parseVkey(vkey);
  const note = readFileSync(join(dir, 'checkpoint'), 'utf8');
  const { origin, size, root } = parseCheckpoint(note);
  assert.equal(origin, key.name);
  verifyCheckpoint(sigstoreEntry(note, 0, size, root, [], Buffer.alloc(0)), [key.authority]);
  checkTouchedCheckpoints(note, key);

  const leaves = readEntries(dir, size).map(leafHash);
  assert.equal(leaves.length, size);
  assert.ok(treeHash(leaves).equals(root), 'the root of the entries is the signed root');
  checkTiles(dir, size, leaves);

  let proofs = 0;
  for (const name of readdirSync(dir)) {
    if (name.startsWith('proof-')) checkProof(readFileSync(join(dir, name), 'utf8'), key, size, root, leaves);
    else if (name.startsWith('consistency-')) {
      const { from, to, path } = JSON.parse(readFileSync(join(dir, name), 'utf8'));
      assert.deepEqual(path, consistency(leaves, from, to).map((h) => h.toString('base64')), name);
    } else continue;
    proofs++;
  }
  console.log(`${origin}: ${size} entries, ${proofs} proofs verified`);
}

const [first, second] = process.argv.slice(2);
if (first === '--make') {
  for (const size of [12, 255, 256, 257, 70000]) {
    const dir = mkdtempSync(join(tmpdir(), 'rise-log-'));
    try {
      execFileSync(second, [dir, String(size)], { stdio: 'inherit' });
      checkCopy(dir, readFileSync(join(dir, 'vkey'), 'utf8'));
    } finally {
      rmSync(dir, { recursive: true });
    }
  }
} else {
  checkCopy(first, second);
}
