#!/usr/bin/env node
// XAdES and JAdES signatures shown to verifiers that others wrote: xmlsec1, xadesjs and jose accept what we make with
// every key and refuse it after one changed byte; what xadesjs and jose sign is read by us, and refused once changed.
//   xml.mjs TOOL        TOOL: tests/sign/xml_tool.c.     77: a verifier is missing
import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, createPublicKey, webcrypto, X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const tool = process.argv[2];
const require = createRequire(new URL("npm/package.json", import.meta.url));
const skip = (why) => { console.log(`skipped: ${why}`); process.exit(77); };
let xadesjs, xmlcore, xmldom, xpath, jose;
try {
    [xadesjs, xmlcore, xmldom, xpath] = ["xadesjs", "xml-core", "@xmldom/xmldom", "xpath"].map((m) => require(m));
    jose = await import(require.resolve("jose"));
} catch (e) { skip(`npm packages of tests/sign/npm: ${e.message.split("\n")[0]}`); }
if (spawnSync("xmlsec1", ["--version"]).error) skip("xmlsec1 is not installed");
xadesjs.Application.setEngine("node", webcrypto);
xmlcore.setNodeDependencies({ ...xmldom, xpath });

const dir = mkdtempSync(join(tmpdir(), "rise-xml-"));
const path = (name) => join(dir, name);
const text = (name) => readFileSync(path(name), "utf8");
let checks = 0, failed = 0;
function expect(what, got, want) {
    checks++;
    if (got === want) return;
    failed++;
    console.error(`${what}: ${got}, not ${want}`);
}

writeFileSync(path("doc.xml"), `<?xml version="1.0"?>\n<!-- 發票 -->\n<inv:Invoice xmlns:inv='urn:inv' xml:lang='zh-TW'>\n` +
    `  <inv:Buyer name="林𣿆川" a='1'/><!-- inside -->\n  <inv:Total>100 &amp; 5</inv:Total>\n</inv:Invoice>\n`);
writeFileSync(path("one.txt"), "甲方\n");
writeFileSync(path("two files.txt"), "乙方\n");
const beside = [path("one.txt"), path("two files.txt")];
execFileSync(tool, ["make", dir, path("doc.xml"), ...beside]);

// One letter of the signed content: the invoice's sum, or the base64 of an Object.
const change = (s) => s.includes("100 &amp;") ? s.replace("100 &amp;", "101 &amp;") : s.replace(/(MimeType="text\/plain">)(.)/, (_, m, c) => m + (c === "A" ? "B" : "A"));

// ---- xmlsec1 ----
function xmlsec(file) {
    const ids = ["http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "http://www.w3.org/2000/09/xmldsig#:Object"];
    const run = spawnSync("xmlsec1", ["--verify", "--trusted-pem", path("cert-ca.pem"), ...ids.map((i) => `--id-attr:Id`).flatMap((o, i) => [o, ids[i]]), file], { cwd: dir });
    return run.status === 0;
}
const xmlKeys = ["p256", "p384", "rsa"]; // xmlsec1 1.2.37 and xadesjs know no RSASSA-PSS by the URI of RFC 9231
for (const key of xmlKeys) {
    for (const form of ["enveloped", "enveloping", "detached"]) {
        expect(`xmlsec1 ${form} ${key}`, xmlsec(`${form}-${key}.xml`), true);
        const changed = form === "detached" ? text(`detached-${key}.xml`).replace("two%20files", "one") : change(text(`${form}-${key}.xml`));
        writeFileSync(path("changed.xml"), changed);
        expect(`xmlsec1 ${form} ${key} changed`, xmlsec("changed.xml"), false);
        writeFileSync(path("changed.xml"), text(`${form}-${key}.xml`).replace("2026-11-25T12", "2026-11-25T13"));
        expect(`xmlsec1 ${form} ${key} other time`, xmlsec("changed.xml"), false);
    }
}

// ---- xadesjs ----
async function xades(xml) {
    const doc = xadesjs.Parse(xml);
    const signed = new xadesjs.SignedXml(doc);
    signed.LoadXml(doc.getElementsByTagNameNS("http://www.w3.org/2000/09/xmldsig#", "Signature")[0]);
    return signed.Verify().catch(() => false);
}
for (const key of xmlKeys) {
    for (const form of ["enveloped", "enveloping"]) {
        const xml = text(`${form}-${key}.xml`);
        expect(`xadesjs ${form} ${key}`, await xades(xml), true);
        expect(`xadesjs ${form} ${key} changed`, await xades(change(xml)), false);
    }
}

function judge(kind, name, ...files) {
    const run = spawnSync(tool, ["judge", kind, path(name), ...files], { encoding: "utf8" });
    return run.status === 0 ? run.stdout.split(" ")[0] : "unreadable";
}
const der = (pem) => new X509Certificate(pem).raw.toString("base64");
async function webKeys(key, algorithm) {
    const pem = text(`key-${key}.pem`);
    const pkcs8 = createPrivateKey(pem).export({ type: "pkcs8", format: "der" });
    const spki = createPublicKey(pem).export({ type: "spki", format: "der" });
    return [await webcrypto.subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]),
        await webcrypto.subtle.importKey("spki", spki, algorithm, true, ["verify"])];
}
for (const [key, algorithm] of [["p256", { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" }],
    ["p384", { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" }], ["rsa", { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }]]) {
    const [secret, open] = await webKeys(key, algorithm);
    for (const transforms of [["enveloped", "exc-c14n"], ["enveloped", "c14n"], ["enveloped"]]) {
        const doc = xadesjs.Parse("<Invoice><Total>100 &amp; 5</Total></Invoice>"); // it forgets the root's namespaces in inclusive canonical form
        const cert = der(text(`cert-${key}.pem`));
        const signed = new xadesjs.SignedXml();
        await signed.Sign(algorithm, secret, doc, { keyValue: open, x509: [cert], signingCertificate: cert, references: [{ hash: "SHA-256", uri: "", transforms }] });
        doc.documentElement.appendChild(signed.GetXml());
        const xml = new xmldom.XMLSerializer().serializeToString(doc);
        writeFileSync(path("theirs.xml"), xml);
        expect(`xadesjs signs ${key} ${transforms}`, judge("xades", "theirs.xml"), "valid");
        writeFileSync(path("theirs.xml"), change(xml));
        expect(`xadesjs signs ${key} ${transforms} changed`, judge("xades", "theirs.xml"), "digest-mismatch");
    }
}

// ---- jose ----
const algs = { p256: "ES256", p384: "ES384", rsa: "RS256", pss: "PS256", ed25519: "EdDSA" };
const crit = { iat: true, sigD: true };
for (const [key, alg] of Object.entries(algs)) {
    const open = await jose.importX509(text(`cert-${key}.pem`), alg);
    const secret = await jose.importPKCS8(text(`key-${key}.pem`), alg);
    const compact = text(`inside-${key}.jws`), flat = JSON.parse(text(`inside-${key}.json`));
    const accepts = (p) => p.then(() => true, () => false);
    const verified = await jose.compactVerify(compact, open, { crit });
    expect(`jose ${alg}`, new TextDecoder().decode(verified.payload), text("doc.xml"));
    expect(`jose ${alg} without crit`, await accepts(jose.compactVerify(compact, open)), false);
    expect(`jose ${alg} changed`, await accepts(jose.compactVerify(compact.replace(/\.(.)/, (_, c) => "." + (c === "P" ? "Q" : "P")), open, { crit })), false);
    expect(`jose ${alg} flattened`, await accepts(jose.flattenedVerify(flat, open, { crit })), true);
    const outside = JSON.parse(text(`beside-${key}.json`));
    expect(`jose ${alg} beside`, await accepts(jose.flattenedVerify({ ...outside, payload: "" }, open, { crit })), true);
    expect(`jose ${alg} beside changed`, await accepts(jose.flattenedVerify({ ...outside, payload: "x" }, open, { crit })), false);
    expect(`ours beside ${alg}`, judge("jades", `beside-${key}.jws`, ...beside), "valid");
    expect(`ours beside ${alg} one missing`, judge("jades", `beside-${key}.jws`, beside[0]), "no-content");

    const cert = Buffer.from(der(text(`cert-${key}.pem`)), "base64");
    const thumb = jose.base64url.encode(new Uint8Array(await webcrypto.subtle.digest("SHA-256", cert)));
    const header = { alg, x5c: [cert.toString("base64")], "x5t#S256": thumb, sigT: "2025-01-01T00:00:00Z", crit: ["sigT"] };
    const theirs = await new jose.CompactSign(new TextEncoder().encode("payload")).setProtectedHeader(header).sign(secret, { crit: { sigT: true } });
    writeFileSync(path("theirs.jws"), theirs);
    expect(`jose signs ${alg}`, judge("jades", "theirs.jws"), "valid");
    writeFileSync(path("theirs.jws"), theirs.replace(".cGF5", ".cGF6"));
    expect(`jose signs ${alg} changed`, judge("jades", "theirs.jws"), "signature-wrong");
    const theirFlat = await new jose.FlattenedSign(new TextEncoder().encode("payload")).setProtectedHeader(header).setUnprotectedHeader({ kid: "1" }).sign(secret, { crit: { sigT: true } });
    writeFileSync(path("theirs.json"), JSON.stringify(theirFlat));
    expect(`jose signs ${alg} flattened`, judge("jades", "theirs.json"), "valid");
}

// ---- containers: unpacked, packed again and judged by others ----
const sh = (...a) => spawnSync(a[0], a.slice(1), { cwd: dir, encoding: "utf8" });
const python = (code, ...args) => execFileSync("python3", ["-c", code, ...args], { cwd: dir, encoding: "utf8" }).trim();
for (const [kind, key] of [["xades", "p256"], ["xades", "rsa"], ["cades", "p256"], ["cades", "p384"], ["cades", "rsa"]]) {
    const zip = `${kind}-${key}.asice`;
    expect(`zipfile ${zip}`, python("import zipfile,sys; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; i=z.infolist()[0]; print(i.filename, i.compress_type, i.extra, z.read(i).decode()); z.extractall('unpacked')", zip),
        "mimetype 0 b'' application/vnd.etsi.asic-e+zip");
    expect(`ours ${zip}`, judge("asic", zip), "valid");
    if (kind === "xades") {
        sh("cp", "unpacked/META-INF/signatures001.xml", "unpacked/"); // xmlsec1 looks for the files beside the signature
        const run = (d) => spawnSync("xmlsec1", ["--verify", "--trusted-pem", path("cert-ca.pem"), "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "signatures001.xml"], { cwd: d }).status;
        expect(`xmlsec1 ${zip}`, run(path("unpacked")), 0);
        writeFileSync(path("unpacked/one.txt"), "丙方\n");
        expect(`xmlsec1 ${zip} changed`, run(path("unpacked")) === 0, false);
    } else {
        const cms = (content) => sh("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "unpacked/META-INF/signature001.p7s", "-content", content, "-CAfile", "cert-ca.pem", "-purpose", "any", "-out", "/dev/null").status;
        expect(`openssl ${zip}`, cms("unpacked/META-INF/ASiCManifest001.xml"), 0);
        expect(`openssl ${zip} other content`, cms("unpacked/one.txt") === 0, false);
        const digests = text("unpacked/META-INF/ASiCManifest001.xml").match(/<ds:DigestValue>[^<]*/g).map((m) => m.slice(16));
        const bits = key === "p384" ? "SHA-384" : "SHA-256";
        for (const [i, f] of ["one.txt", "two files.txt"].entries())
            expect(`${zip} digest of ${f}`, digests[i], Buffer.from(await webcrypto.subtle.digest(bits, readFileSync(path(`unpacked/${f}`)))).toString("base64"));
    }
    // packed again as others do it: deflated, the type still stored
    const repack = "import zipfile,sys; a=zipfile.ZipFile(sys.argv[1]); b=zipfile.ZipFile('again.asice','w',zipfile.ZIP_DEFLATED)\n" +
        "for i in a.infolist(): b.writestr(i.filename, a.read(i) + (b'x' if i.filename == sys.argv[2] else b''), zipfile.ZIP_STORED if i.filename == 'mimetype' else None)\n" +
        "if sys.argv[2] == 'more.txt': b.writestr('more.txt', 'x')\nb.close()";
    python(repack, zip, "");
    expect(`deflated ${zip}`, judge("asic", "again.asice"), "valid");
    python(repack, zip, "one.txt");
    expect(`deflated ${zip} changed`, judge("asic", "again.asice"), kind === "xades" ? "signature" : "file-changed");
    python(repack, zip, "more.txt");
    expect(`deflated ${zip} with one more`, judge("asic", "again.asice"), "not-signed");
}

rmSync(dir, { recursive: true });
console.log(`${checks} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);
