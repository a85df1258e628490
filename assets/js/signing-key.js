// Keys that sign in this browser and never leave it (WebCrypto, not extractable, kept in IndexedDB). A key is named by its fingerprint: SHA-256 of
// its SubjectPublicKeyInfo in small hexadecimal, which the server computes as well. Bytes come and go as base64.
//
//   await createKey()                     → fingerprint        a new P-256 key of this device
//   await request(fingerprint)            → base64             PKCS#10: proof that this browser has the key
//   await sign(fingerprint, toSign)       → base64             in the form of crypto/pkey.h: ECDSA as DER, RSA as PKCS#1 v1.5
//   await find(fingerprints)              → fingerprint        the first one that lies in this browser; undefined: none
//   await keep(privateKey, publicKey)     → fingerprint        a key from elsewhere (pkcs12.js)
//   await forget(fingerprint)
//
// Failures are KeyError with a word for data-msg-WORD: 'browser' (no WebCrypto, no storage), 'absent' (not this browser's key), those of pkcs12.js.

const DATABASE = 'rise-signing';
const STORE = 'keys';

export class KeyError extends Error {
  constructor(word, cause) {
    super(word, { cause });
    this.word = word;
  }
}

// ---- storage ----

function database() {
  return new Promise((done, fail) => {
    if (!globalThis.indexedDB || !globalThis.crypto?.subtle) throw new KeyError('browser'); // http:// without a name of this machine has no WebCrypto
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(STORE, { keyPath: 'fingerprint' });
    opening.onsuccess = () => done(opening.result);
    opening.onerror = () => fail(new KeyError('browser', opening.error)); // private windows of some browsers
  });
}

// One operation in a transaction of its own; done when it is on the disk.
async function stored(mode, operation) {
  const db = await database();
  try {
    return await new Promise((done, fail) => {
      const transaction = db.transaction(STORE, mode);
      const asked = operation(transaction.objectStore(STORE));
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = transaction.onerror = () => fail(new KeyError('browser', transaction.error));
    });
  } finally {
    db.close();
  }
}

export const forget = (fingerprint) => stored('readwrite', (keys) => keys.delete(fingerprint));

async function load(fingerprint) {
  const key = await stored('readonly', (keys) => keys.get(fingerprint));
  if (!key) throw new KeyError('absent');
  return key;
}

export async function find(fingerprints) {
  const here = new Set(await stored('readonly', (keys) => keys.getAllKeys()));
  return fingerprints.find((one) => here.has(one));
}

// ---- bytes ----

export const fromBase64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));

export function toBase64(bytes) {
  let text = '';
  for (const byte of new Uint8Array(bytes)) text += String.fromCharCode(byte);
  return btoa(text);
}

const toHex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, '0')).join('');

// DER: identifier, length, contents.
function der(tag, ...parts) {
  const n = parts.reduce((sum, part) => sum + part.length, 0);
  const length = n < 128 ? [n] : n < 256 ? [0x81, n] : [0x82, n >> 8, n & 255];
  const out = new Uint8Array(1 + length.length + n);
  out.set([tag, ...length]);
  let at = 1 + length.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function derNatural(bigEndian) {
  let from = 0;
  while (from < bigEndian.length - 1 && bigEndian[from] === 0) from++;
  const digits = bigEndian.subarray(from);
  return der(0x02, digits[0] & 0x80 ? Uint8Array.of(0) : Uint8Array.of(), digits);
}

// WebCrypto gives r and s side by side; X.509 and CMS want SEQUENCE { r, s }.
function derSignature(raw) {
  const half = raw.length / 2;
  return der(0x30, derNatural(raw.subarray(0, half)), derNatural(raw.subarray(half)));
}

// ---- keys ----

export async function keep(privateKey, publicKey) {
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', publicKey));
  const fingerprint = toHex(await crypto.subtle.digest('SHA-256', spki));
  await stored('readwrite', (keys) => keys.put({ fingerprint, spki, privateKey, created: Date.now() }));
  return fingerprint;
}

export async function createKey() {
  if (!globalThis.crypto?.subtle) throw new KeyError('browser');
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign', 'verify']);
  navigator.storage?.persist?.(); // asks that the browser does not clear it when space is short
  return keep(pair.privateKey, pair.publicKey);
}

// The digest that goes with the key's strength, as pkey_digest() on the server says.
const HASH = { 'P-256': 'SHA-256', 'P-384': 'SHA-384', 'P-521': 'SHA-512' };

async function signBytes({ privateKey }, bytes) {
  const { name, namedCurve } = privateKey.algorithm;
  const signature = new Uint8Array(await crypto.subtle.sign({ name, hash: HASH[namedCurve] }, privateKey, bytes));
  return name === 'ECDSA' ? derSignature(signature) : signature;
}

export async function sign(fingerprint, toSign) {
  return toBase64(await signBytes(await load(fingerprint), fromBase64(toSign)));
}

// PKCS#10 (RFC 2986) with an empty name and no attributes: what the certificate says is the server's decision. For keys made by createKey().
const VERSION = Uint8Array.of(0x02, 1, 0);
const ECDSA_WITH_SHA256 = Uint8Array.of(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02);

export async function request(fingerprint) {
  const key = await load(fingerprint);
  const info = der(0x30, VERSION, der(0x30), key.spki, der(0xa0));
  const signature = await signBytes(key, info);
  return toBase64(der(0x30, info, ECDSA_WITH_SHA256, der(0x03, Uint8Array.of(0), signature)));
}
