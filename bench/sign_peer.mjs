// PDF signed by programs that others made, one file after the other, per second of CPU time.
//   sign_peer.mjs make FILE            a PDF of 100,000 bytes with a cross-reference table, which all of them read
//   sign_peer.mjs FILE P12 FOLDER      P12: RSA, without passphrase (signer-p12 reads no other key); the last result of each into FOLDER
// Peers: npm @signpdf/signpdf with signer-p12 (node-forge), and @documenso/pdf-sign (Rust); neither writes signing-certificate-v2, so both make
// less than PAdES. Each turn does what ours does: room for the signature, hash, CMS, put in. The Rust library is taken from its package for
// Linux on x86-64: the one above it names packages for other systems that not every mirror has, and npm refuses a lock file without them.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const FILLED = 99_407; // so that the file has 100,000 bytes

function make() {
  const content = `BT /F1 12 Tf 72 720 Td (a signed page) Tj ET\n${'% what fills a page of a hundred kilobytes\n'.repeat(2400).slice(-FILLED)}`;
  const objects = ['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${content.length} >>\nstream\n${content}endstream`, '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>'];
  let pdf = '%PDF-1.7\n';
  const at = objects.map((body, i) => {
    const here = pdf.length;
    pdf += `${i + 1} 0 obj\n${body}\nendobj\n`;
    return here;
  });
  const xref = pdf.length;
  pdf += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${at.map((n) => `${String(n).padStart(10, '0')} 00000 n \n`).join('')}`;
  return `${pdf}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`;
}

if (process.argv[2] === 'make') {
  writeFileSync(process.argv[3], make());
  process.exit(0);
}

const [file, p12path, folder] = process.argv.slice(2);
const pdf = readFileSync(file), p12 = readFileSync(p12path);
const { SignPdf } = await import('@signpdf/signpdf');
const { P12Signer } = await import('@signpdf/signer-p12');
const { plainAddPlaceholder } = await import('@signpdf/placeholder-plain');
const documenso = createRequire(import.meta.url)('@documenso/pdf-sign-linux-x64-gnu');

const withRoom = () => plainAddPlaceholder({ pdfBuffer: pdf, reason: 'agreed', contactInfo: '', name: 'signer', location: '' });

async function bySignpdf() {
  return new SignPdf().sign(withRoom(), new P12Signer(p12, { passphrase: '' }));
}

// What its makers do around it in their own program: the range written, the bytes beside the gap signed, the gap filled.
function byDocumenso() {
  const room = withRoom();
  const range = room.lastIndexOf('/ByteRange'), open = room.indexOf('[', range), close = room.indexOf(']', open) + 1;
  const gap = room.indexOf('<', room.indexOf('/Contents', range)), end = room.indexOf('>', gap) + 1;
  room.write(`[0 ${gap} ${end} ${room.length - end}]`.padEnd(close - open), open, 'latin1');
  const cms = documenso.signWithP12({ content: Buffer.concat([room.subarray(0, gap), room.subarray(end)]), cert: p12, password: '' });
  room.write(cms.toString('hex'), gap + 1, 'latin1');
  return room;
}

for (const [name, sign, turns] of [['@signpdf', bySignpdf, 60], ['@documenso/pdf-sign', byDocumenso, 600]]) {
  writeFileSync(join(folder, `${name.replace(/\W/g, '')}.pdf`), await sign());
  const from = process.cpuUsage();
  for (let i = 0; i < turns; i++) await sign();
  const used = process.cpuUsage(from);
  console.log(`${name.padEnd(24)} ${(turns / ((used.user + used.system) / 1e6)).toFixed(1).padStart(8)} /s`);
}
