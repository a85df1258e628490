// A certificate and its key from a PKCS#12 file (RFC 7292; .p12, .pfx), opened in the page: neither file, password nor key is sent anywhere. The key
// is kept in this browser, not extractable, until it is forgotten (signing-key.js). Read by pkijs, decrypted and imported by the browser's WebCrypto.
//
//   await openPkcs12(bytes, password)     → { fingerprint, certificates }   base64 of DER, the key's own certificate first
//
// KeyError words: 'file' (no PKCS#12), 'password' (wrong), 'legacy' (RC2 or triple DES, which browsers do not know), 'kind' (a key that cannot sign
// here), 'nokey' (no key with its certificate inside).
import { EncryptedData, PBES2Params, PFX, SafeContents } from 'pkijs';
import { KeyError, keep, toBase64 } from './signing-key.js';

const ENCRYPTED_DATA = '1.2.840.113549.1.7.6';
const BAG = { key: '1.2.840.113549.1.12.10.1.1', shroudedKey: '1.2.840.113549.1.12.10.1.2', certificate: '1.2.840.113549.1.12.10.1.3' };
const PBES2 = '1.2.840.113549.1.5.13';
const AES_CBC = ['2.16.840.1.101.3.4.1.2', '2.16.840.1.101.3.4.1.22', '2.16.840.1.101.3.4.1.42']; // 128, 192, 256 bits
const RSA = '1.2.840.113549.1.1.1';
const EC = '1.2.840.10045.2.1';
const CURVES = { '1.2.840.10045.3.1.7': 'P-256', '1.3.132.0.34': 'P-384', '1.3.132.0.35': 'P-521' };
const RSA_LEAST_BITS = 2048;

async function orElse(word, work) {
  try {
    return await work();
  } catch (cause) {
    throw cause instanceof KeyError ? cause : new KeyError(word, cause);
  }
}

// Older schemes (RFC 7292 appendix C: RC2, triple DES) are not in WebCrypto. Read from a copy: pkijs takes apart what it is given.
function mustBeModern({ algorithmId, algorithmParams }) {
  const modern = algorithmId === PBES2 && AES_CBC.includes(PBES2Params.fromBER(algorithmParams.toBER()).encryptionScheme.algorithmId);
  if (!modern) throw new KeyError('legacy');
}

// A wrong password gives padding that is none, or bytes that are no ASN.1.
async function openContents(info, password) {
  if (info.contentType !== ENCRYPTED_DATA) return SafeContents.fromBER(info.content.getValue());
  const data = new EncryptedData({ schema: info.content });
  mustBeModern(data.encryptedContentInfo.contentEncryptionAlgorithm);
  return orElse('password', async () => SafeContents.fromBER(await data.decrypt({ password })));
}

// The MAC over the whole file is not checked: it only says that the password is right, and the key proves more by fitting its certificate.
async function openBags(bytes, password) {
  const safe = await orElse('file', async () => {
    const pfx = PFX.fromBER(bytes);
    await pfx.parseInternalValues({ checkIntegrity: false, password });
    return pfx.parsedValue.authenticatedSafe;
  });
  const contents = [];
  for (const info of safe.safeContents) contents.push(await orElse('file', () => openContents(info, password)));
  return contents.flatMap((one) => one.safeBags);
}

async function privateKeyInfo(bag, password) {
  if (bag.bagId === BAG.key) return bag.bagValue;
  mustBeModern(bag.bagValue.encryptionAlgorithm);
  await orElse('password', () => bag.bagValue.parseInternalValues({ password }));
  return bag.bagValue.parsedValue;
}

function algorithmOf({ privateKeyAlgorithm: { algorithmId, algorithmParams } }) {
  if (algorithmId === RSA) return { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const namedCurve = algorithmId === EC && CURVES[algorithmParams?.valueBlock.toString()];
  if (!namedCurve) throw new KeyError('kind');
  return { name: 'ECDSA', namedCurve };
}

async function importKey(info) {
  const algorithm = algorithmOf(info);
  const key = await orElse('kind', () => crypto.subtle.importKey('pkcs8', info.toSchema().toBER(), algorithm, false, ['sign']));
  if (algorithm.name !== 'ECDSA' && key.algorithm.modulusLength < RSA_LEAST_BITS) throw new KeyError('kind');
  return { key, algorithm };
}

// The public half in the certificate verifies what the private half signed. A certificate with a key of another kind cannot be imported: not this one.
async function belongs(certificate, { key, algorithm }) {
  const use = { name: algorithm.name, hash: 'SHA-256' };
  const probe = crypto.getRandomValues(new Uint8Array(32));
  try {
    const publicKey = await crypto.subtle.importKey('spki', certificate.subjectPublicKeyInfo.toSchema().toBER(), algorithm, true, ['verify']);
    return (await crypto.subtle.verify(use, publicKey, await crypto.subtle.sign(use, key, probe), probe)) && publicKey;
  } catch {
    return false;
  }
}

export async function openPkcs12(bytes, passwordText) {
  if (!globalThis.crypto?.subtle) throw new KeyError('browser');
  const password = new TextEncoder().encode(passwordText).buffer;
  const bags = await openBags(bytes, password);
  const certificates = bags.filter((bag) => bag.bagId === BAG.certificate).map((bag) => bag.bagValue.parsedValue);
  for (const bag of bags.filter(({ bagId }) => bagId === BAG.key || bagId === BAG.shroudedKey)) {
    const pair = await importKey(await privateKeyInfo(bag, password));
    for (const own of certificates) {
      const publicKey = await belongs(own, pair);
      if (!publicKey) continue;
      const chain = [own, ...certificates.filter((one) => one !== own)];
      return { fingerprint: await keep(pair.key, publicKey), certificates: chain.map((one) => toBase64(one.toSchema().toBER())) };
    }
  }
  throw new KeyError('nokey');
}
