// CMS signatures verified by pkijs. Usage: pkijs.mjs CA.pem [CMS CONTENT]… (CONTENT "-": it is inside). A line for each: ok or the reason.
import { readFileSync } from 'node:fs'
import { webcrypto } from 'node:crypto'
import * as pkijs from 'pkijs'

const crypto = globalThis.crypto ?? webcrypto
pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto, subtle: crypto.subtle }))

const bytes = path => new Uint8Array(readFileSync(path)).slice().buffer
const pem = path => Uint8Array.from(Buffer.from(readFileSync(path, 'latin1').replace(/-----[^-]+-----|\s/g, ''), 'base64')).buffer

async function verify(cms, content, ca) {
  const signed = new pkijs.SignedData({ schema: pkijs.ContentInfo.fromBER(bytes(cms)).content })
  const result = await signed.verify({ signer: 0, data: content === '-' ? undefined : bytes(content), trustedCerts: [ca], checkChain: true, extendedMode: true })
  if (!result.signatureVerified) throw new Error(`signature ${result.message}`)
  if (!result.signerCertificateVerified) throw new Error(`chain ${result.message}`)
}

const [, , caFile, ...files] = process.argv
const ca = pkijs.Certificate.fromBER(pem(caFile))
for (let i = 0; i < files.length; i += 2) {
  try {
    await verify(files[i], files[i + 1], ca)
    console.log('ok')
  } catch (error) {
    console.log(`refused: ${error.message ?? error}`.split('\n')[0])
  }
}
