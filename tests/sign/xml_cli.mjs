#!/usr/bin/env node
// `rise sign xades|jades|asice` at every level, with `openssl ts` as time-stamp authority: xmlsec1 and jose accept what
// comes out, `openssl ts` accepts each time-stamp over octets put together here with xml-core's canonicaliser. With KEYs
// (p256, p384, rsa) only what depends on the key, with each of them: xadesjs accepts too, and all refuse one changed letter
// of the content or of the signature's value.
//   xml_cli.mjs RISE TOOL [KEY…]   TOOL: tests/sign/xml_tool.c.     77: something is missing
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { webcrypto } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [rise, tool] = process.argv.slice(2, 4).map((p) => resolve(p));
const others = process.argv.slice(4), keys = others.length ? others : ["p256"];
const require = createRequire(new URL("npm/package.json", import.meta.url));
const skip = (why) => { console.log(`skipped: ${why}`); process.exit(77); };
let xadesjs, xmlcore, xmldom, xpath, jose;
try {
    [xadesjs, xmlcore, xmldom, xpath] = ["xadesjs", "xml-core", "@xmldom/xmldom", "xpath"].map((m) => require(m));
    const { XmlCanonicalizer } = require("xmldsigjs");
    xmlcore.setNodeDependencies({ ...xmldom, xpath });
    xadesjs.Application.setEngine("node", webcrypto);
    var Canonicalizer = XmlCanonicalizer;
    jose = await import(require.resolve("jose"));
} catch (e) { skip(`npm packages of tests/sign/npm: ${e.message.split("\n")[0]}`); }
for (const [program, version] of [["xmlsec1", "--version"], ["openssl", "version"], ["python3", "--version"]])
    if (spawnSync(program, [version]).error) skip(`${program} is not installed`);
const services = fileURLToPath(new URL("services.py", import.meta.url));
const archive = fileURLToPath(new URL("jades_archive.py", import.meta.url));
if (!existsSync(services) || !existsSync(archive)) skip("services.py or jades_archive.py is not there");

const dir = mkdtempSync(join(tmpdir(), "rise-xml-cli-"));
const path = (name) => join(dir, name);
const text = (name) => readFileSync(path(name), "utf8");
const run = (program, ...args) => spawnSync(program, args, { cwd: dir, encoding: "utf8", env: { ...process.env, RISE_DATA_DIR: path("data") } });
const openssl = (...args) => execFileSync("openssl", args, { cwd: dir, stdio: ["ignore", "pipe", "ignore"] });
let checks = 0, failed = 0;
function expect(what, got, want) {
    checks++;
    if (got === want) return;
    failed++;
    console.error(`${what}: ${got}, not ${want}`);
}

// ---- a CA, a signer, an authority ----
writeFileSync(path("tsa.cnf"), `[tsa]\ndefault_tsa = one\n[one]\nserial = ./serial\nsigner_digest = sha256\ndefault_policy = 1.2.3.1\n` +
    `digests = sha256, sha384, sha512\naccuracy = secs:1\ness_cert_id_alg = sha256\n[ca]\ndefault_ca = ca_one\n[ca_one]\ndatabase = ./index.txt\ndefault_md = sha256\ndefault_crl_days = 30\n`);
writeFileSync(path("serial"), "01\n");
writeFileSync(path("index.txt"), "");
openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=CA", "-days", "30", "-addext", "keyUsage=critical,keyCertSign,cRLSign");
openssl("ca", "-gencrl", "-config", "tsa.cnf", "-keyfile", "ca.key", "-cert", "ca.pem", "-out", "crl.pem");
openssl("crl", "-in", "crl.pem", "-outform", "DER", "-out", "ca.crl");
const server = spawn("python3", [services, dir], { stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => server.kill());
const port = await new Promise((done) => server.stdout.once("data", (d) => done(String(d).trim())));
const url = `http://127.0.0.1:${port}`;
const kinds = { p256: ["EC", "ec_paramgen_curve:P-256"], p384: ["EC", "ec_paramgen_curve:P-384"], rsa: ["RSA", "rsa_keygen_bits:2048"] };
const algs = { p256: "ES256", p384: "ES384", rsa: "RS256" };
function issue(name, extensions, [algorithm, option] = kinds.p256) {
    openssl("genpkey", "-algorithm", algorithm, "-pkeyopt", option, "-out", `${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/C=TW/CN=${name}`, "-out", `${name}.csr`);
    writeFileSync(path("ext"), `${extensions}\nsubjectKeyIdentifier=hash\ncrlDistributionPoints=URI:${url}/ca.crl\n`);
    openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "ext", "-out", `${name}.crt`);
}
for (const key of keys) issue(key, "keyUsage=critical,digitalSignature,nonRepudiation", kinds[key]);
issue("tsa", "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping");
writeFileSync(path("doc.xml"), `<?xml version="1.0"?>\n<inv:Invoice xmlns:inv='urn:inv' xml:lang='zh-TW'>\n  <inv:Buyer name="林𣿆川"/>\n  <inv:Total>100</inv:Total>\n</inv:Invoice>\n`);
writeFileSync(path("one.txt"), "甲方\n");
writeFileSync(path("two files.txt"), "乙方\n");

let key = keys[0]; // that signs
const sign = (verb, out, level, tsa, ...more) => run(rise, "sign", verb, ...more, "-o", out, "--key", `${key}.key`, "--cert", `${key}.crt`, "--chain", "ca.pem", "--level", level, ...(tsa ? ["--tsa", tsa] : [])).status;
const judge = (kind, name, ...files) => run(tool, "judge", kind, name, ...files).stdout?.split(" ")[0];
const xmlsec = (name, cwd = dir) => spawnSync("xmlsec1", ["--verify", "--trusted-pem", path("ca.pem"), "--id-attr:Id", "http://uri.etsi.org/01903/v1.3.2#:SignedProperties", "--id-attr:Id", "http://www.w3.org/2000/09/xmldsig#:Object", name], { cwd }).status === 0;

// ---- time-stamps, by hands that are not ours ----
const DS = "http://www.w3.org/2000/09/xmldsig#", XADES = "http://uri.etsi.org/01903/v1.3.2#", XADES141 = "http://uri.etsi.org/01903/v1.4.1#";
const canonical = (node) => Buffer.from(new Canonicalizer(false, true).Canonicalize(node), "utf8");
const first = (node, ns, name) => node.getElementsByTagNameNS(ns, name)[0];
function stampHolds(token, octets) {
    writeFileSync(path("token.der"), Buffer.from(token.replace(/\s/g, ""), "base64"));
    writeFileSync(path("octets"), octets);
    return run("openssl", "ts", "-verify", "-data", "octets", "-in", "token.der", "-token_in", "-CAfile", "ca.pem").status === 0;
}
function checkStamps(what, xml, data, archives) {
    const doc = new xmldom.DOMParser().parseFromString(xml, "text/xml");
    const value = first(doc, DS, "SignatureValue");
    const token = (n) => first(n, XADES, "EncapsulatedTimeStamp").textContent;
    expect(`${what}: signature's time-stamp`, stampHolds(token(first(doc, XADES, "SignatureTimeStamp")), canonical(value)), true);
    expect(`${what}: over something else`, stampHolds(token(first(doc, XADES, "SignatureTimeStamp")), "x"), false);
    const before = [];
    let seen = 0;
    for (let n = first(doc, XADES, "UnsignedSignatureProperties").firstChild; n; n = n.nextSibling) {
        if (n.namespaceURI === XADES141 && n.localName === "ArchiveTimeStamp") {
            const octets = Buffer.concat([...data, canonical(first(doc, XADES, "SignedProperties")), canonical(first(doc, DS, "SignedInfo")), canonical(value), canonical(first(doc, DS, "KeyInfo")), ...before]);
            expect(`${what}: archive time-stamp ${++seen}`, stampHolds(token(n), octets), true);
        }
        before.push(canonical(n));
    }
    expect(`${what}: archive time-stamps`, seen, archives);
}

// ---- one letter of what is signed, or of the signature's value ----
const letter = (s, before) => s.replace(new RegExp(`(${before})(.)`), (_, m, c) => m + (c === "A" ? "B" : "A"));
const changes = {
    enveloped: (s) => s.replace("<inv:Total>100", "<inv:Total>101"),
    enveloping: (s) => letter(s, 'MimeType="text/plain"[^>]*>'),
    detached: (s) => letter(s, "<ds:DigestValue>"),
    value: (s) => letter(s, "<ds:SignatureValue[^>]*>"),
};
// xadesjs 2.6 wants a key of the signature's kind in every certificate: it gets the signer's alone (nobody signed KeyInfo).
const alone = (xml) => xml.replace(/(<ds:X509Certificate>[^<]*<\/ds:X509Certificate>)(<ds:X509Certificate>[^<]*<\/ds:X509Certificate>)+/, "$1");
async function xades(xml) {
    const doc = xadesjs.Parse(alone(xml));
    const signed = new xadesjs.SignedXml(doc);
    signed.LoadXml(doc.getElementsByTagNameNS(DS, "Signature")[0]);
    return signed.Verify().catch(() => false);
}
async function othersAgree(what, name, form, level) {
    const xml = text(name);
    // xadesjs 2.6 looks for what is signed in the document only, and reads no element of XAdES 1.4.1 (ArchiveTimeStamp)
    const byXadesjs = form !== "detached" && level !== "lta";
    expect(`xmlsec1 ${what}`, xmlsec(name), true);
    if (!others.length) return;
    if (byXadesjs) expect(`xadesjs ${what}`, await xades(xml), true);
    for (const change of [form, "value"]) {
        const changed = changes[change](xml);
        expect(`${what}: ${change} could be changed`, changed !== xml, true);
        writeFileSync(path("changed.xml"), changed);
        expect(`xmlsec1 ${what}, ${change} changed`, xmlsec("changed.xml"), false);
        if (byXadesjs) expect(`xadesjs ${what}, ${change} changed`, await xades(changed), false);
        expect(`ours ${what}, ${change} changed`, judge("xades", "changed.xml", ...(form === "detached" ? beside : [])) === "valid", false);
    }
}

// ---- XAdES and containers ----
const files = ["one.txt", "--also", "two files.txt"], beside = ["one.txt", "two files.txt"].map(path);
const plain = beside.map((f) => readFileSync(f));
const levels = ["b", "t", "lt", "lta"];
async function everyForm(i, level) {
    const tsa = i > 0 ? `${url}/` : null, stamped = i === 3 ? 1 : 0, with_ = `${level} ${key}`;
    const doc = new xmldom.DOMParser().parseFromString(text("doc.xml"), "text/xml");
    for (const form of ["enveloped", "enveloping", "detached"]) {
        const name = form === "enveloped" ? "doc.signed.xml" : `${form}.xml`;
        expect(`${form} ${with_}`, sign("xades", name, level, tsa, ...(form === "enveloped" ? ["doc.xml"] : [...files, "--form", form])), 0);
        expect(`ours ${form} ${with_}`, judge("xades", name, ...(form === "detached" ? beside : [])), "valid");
        await othersAgree(`${form} ${with_}`, name, form, level);
        if (i > 0 && form !== "enveloping" && !others.length) checkStamps(`${form} ${with_}`, text(name), form === "enveloped" ? [canonical(doc)] : plain, stamped);
    }
    for (const kind of ["xades", "cades"]) everyContainer(kind, i, level, tsa);
}
function everyContainer(kind, i, level, tsa) {
    const with_ = `asice ${kind} ${level} ${key}`;
    expect(with_, sign("asice", "c.asice", level, tsa, ...files, ...(kind === "cades" ? ["--cades"] : [])), 0);
    expect(`ours ${with_}`, judge("asic", "c.asice"), "valid");
    const report = JSON.parse(run(rise, "verify", "c.asice", "--trust", "ca.pem", "--json").stdout); // a CRL is only in it from B-LT on
    expect(`verify ${with_}`, report.verdict, i < 2 ? "INDETERMINATE" : "TOTAL-PASSED");
    expect(`files of ${with_}`, report.signatures[0].covers_files.join(), "one.txt,two files.txt");
    if (i === 1 && !others.length) {
        expect(`verify ${with_} online`, run(rise, "verify", "c.asice", "--trust", "ca.pem", "--online").status, 0);
        expect(`extend ${with_}`, run(rise, "extend", "c.asice", "-o", "raised.asice", "--level", "lta", "--tsa", tsa, "--chain", "ca.pem").status, 0);
        expect(`verify raised ${with_}`, run(rise, "verify", "raised.asice", "--trust", "ca.pem").status, 0);
        run("python3", "-c", "import zipfile; zipfile.ZipFile('raised.asice', 'a').writestr('more.txt', 'x')");
        const more = run(rise, "verify", "raised.asice", "--trust", "ca.pem", "--json");
        expect(`file added to ${with_}`, `${more.status} ${JSON.parse(more.stdout).faults.map((f) => f.kind + " " + f.file)}`, "4 not-signed more.txt");
    }
    run("python3", "-c", "import zipfile; zipfile.ZipFile('c.asice').extractall('unpacked')");
    if (kind === "xades") {
        if (i > 0 && !others.length) checkStamps(with_, text("unpacked/META-INF/signatures001.xml"), plain, i === 3 ? 1 : 0);
        copyFileSync(path("unpacked/META-INF/signatures001.xml"), path("unpacked/signatures001.xml")); // xmlsec1 looks for the files beside it
        expect(`xmlsec1 ${with_}`, xmlsec("signatures001.xml", path("unpacked")), true);
        writeFileSync(path("unpacked/one.txt"), "丙方\n");
        expect(`xmlsec1 ${with_}, a file changed`, xmlsec("signatures001.xml", path("unpacked")), false);
    } else {
        const byOpenssl = () => run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "unpacked/META-INF/signature001.p7s", "-content", "unpacked/META-INF/ASiCManifest001.xml", "-CAfile", "ca.pem", "-purpose", "any", "-out", "/dev/null").status;
        expect(`openssl ${with_}`, byOpenssl(), 0);
        writeFileSync(path("unpacked/META-INF/ASiCManifest001.xml"), changes.detached(text("unpacked/META-INF/ASiCManifest001.xml")));
        expect(`openssl ${with_}, the manifest changed`, byOpenssl() === 0, false);
    }
}
for (key of keys)
    for (const [i, level] of levels.entries()) await everyForm(i, level);
// ---- JAdES: the imprints of its time-stamps are computed by jades_archive.py ----
const crit = { iat: true, sigD: true };
const items = { b: "", t: "sigTst", lt: "sigTst,xVals,rVals", lta: "sigTst,xVals,rVals,arcTst" };
function jadesStamps(what, name, want, ...beside) {
    const r = run("python3", archive, name, ".", ...beside);
    expect(`${what}: items ${r.stderr}`, r.stdout.trim(), want);
    const hold = [];
    for (let n = 0; existsSync(path(`${n}.token`)); n++) {
        hold.push(run("openssl", "ts", "-verify", "-digest", text(`${n}.hash`), "-token_in", "-in", `${n}.token`, "-CAfile", "ca.pem").status === 0);
        rmSync(path(`${n}.token`));
    }
    return hold.join();
}
const holding = (want) => want.split(",").filter((n) => n.endsWith("Tst")).map(() => "true").join();
const reported = (name, ...more) => {
    const r = run(rise, "verify", name, "--trust", "ca.pem", "--json", ...more);
    const s = JSON.parse(r.stdout).signatures[0];
    return `${r.status} ${s.level} ${s.timestamps.map((t) => `${t.kind}:${t.sub_indication}`).sort()}`;
};
async function everyJson(level) {
    const tsa = level === "b" ? null : `${url}/`, with_ = `${level} ${key}`;
    const open = await jose.importX509(text(`${key}.crt`), algs[key]);
    const accepts = (j) => jose.flattenedVerify(j, open, { crit }).then((v) => new TextDecoder().decode(v.payload), () => false);
    const refuses = async (what, j) => {
        if (!others.length) return;
        expect(`jose ${what}, payload changed`, await accepts({ ...j, payload: letter(j.payload || "B", "^") }), false);
        expect(`jose ${what}, value changed`, await accepts({ ...j, signature: letter(j.signature, "^") }), false);
    };
    expect(`jades ${with_}`, sign("jades", "doc.json", level, tsa, "doc.xml", "--flattened"), 0);
    const j = JSON.parse(text("doc.json"));
    expect(`jose ${with_}`, await accepts(j), text("doc.xml"));
    await refuses(`jades ${with_}`, j);
    expect(`ours jades ${with_}`, judge("jades", "doc.json"), "valid");
    if (others.length) {
        writeFileSync(path("changed.json"), JSON.stringify({ ...j, signature: letter(j.signature, "^") }));
        expect(`ours jades ${with_}, value changed`, judge("jades", "changed.json"), "signature-wrong");
    }
    expect(`jades ${with_}: time-stamps`, jadesStamps(`jades ${with_}`, "doc.json", items[level]), holding(items[level]));
    expect(`jades beside ${with_}`, sign("jades", "beside.json", level, tsa, ...files, "--detached", "--flattened"), 0);
    expect(`ours jades beside ${with_}`, judge("jades", "beside.json", ...beside), "valid");
    const outside = { ...JSON.parse(text("beside.json")), payload: "" };
    expect(`jose beside ${with_}`, await accepts(outside), "");
    await refuses(`jades beside ${with_}`, outside);
    expect(`jades beside ${with_}: time-stamps`, jadesStamps(`jades beside ${with_}`, "beside.json", items[level], "one.txt", "two files.txt"), holding(items[level]));
}
for (key of keys)
    for (const level of levels) await everyJson(level);
const end = () => {
    rmSync(dir, { recursive: true });
    console.log(`${checks} checks, ${failed} failed`);
    process.exit(failed ? 1 : 0);
};
if (others.length) end();
key = keys[0];
const whole = "archive:,signature:", broken = "archive:HASH_FAILURE,signature:";
expect("verify jades lta", reported("doc.json"), `0 JAdES-B-LTA ${whole}`);
expect("jades compact", sign("jades", "0.json", "b", null, "one.txt", "--detached"), 0);
for (const [i, level] of ["lt", "lta", "lta"].entries())
    expect(`extend jades ${level}`, run(rise, "extend", `${i}.json`, "-o", `${i + 1}.json`, "--content", "one.txt", "--level", level, "--tsa", `${url}/`, "--chain", "ca.pem").status, 0);
expect("jades twice lta: time-stamps", jadesStamps("jades twice lta", "3.json", "sigTst,xVals,rVals,arcTst,arcTst", "one.txt"), "true,true,true");
expect("verify jades twice lta", reported("3.json", "--content", "one.txt"), `0 JAdES-B-LTA archive:,${whole}`);
const lta = JSON.parse(text("doc.json")), etsiU = lta.header.etsiU;
const changed = (change) => {
    const j = structuredClone(lta);
    j.header.etsiU = change(etsiU);
    writeFileSync(path("changed.json"), JSON.stringify(j));
    return reported("changed.json");
};
const flipped = (item) => Buffer.from(Buffer.from(item, "base64url").toString().replace(/(.{40})A/, "$1B")).toString("base64url");
expect("an item removed", changed(([s, x, , t]) => [s, x, t]), "5 JAdES-B-B archive:HASH_FAILURE,signature:TRY_LATER");
expect("two items in another order", changed(([s, x, r, t]) => [s, r, x, t]), `0 JAdES-B-LT ${broken}`);
expect("one letter of a certificate", changed(([s, x, r, t]) => [s, flipped(x), r, t]), `0 JAdES-B-LT ${broken}`);
expect("the archive time-stamp removed", changed(([s, x, r]) => [s, x, r]), "0 JAdES-B-LT signature:");
// ---- several files beside a signature ----
mkdirSync(path("moved"));
writeFileSync(path("moved/one.txt"), "丁方\n");
writeFileSync(path("契 約.txt"), "契約\n");
const given = (name, ...contents) => {
    const r = run(rise, "verify", name, "--trust", "ca.pem", "--online", "--json", ...contents.flatMap((f) => ["--content", f]));
    if (!r.stdout) return `${r.status} ${r.stderr.match(/\[(.*)\]/)?.[1]}`;
    const s = JSON.parse(r.stdout).signatures[0];
    return `${r.status} ${s.sub_indication} ${["one.txt", "two files.txt", "契 約.txt", "doc.xml", "one file"].filter((f) => s.words.includes(f))}`.trim();
};
for (const [verb, out, form] of [["jades", "several.json", ["--detached"]], ["xades", "several.xml", ["--form", "detached"]]]) {
    expect(`${verb} over three files`, sign(verb, out, "b", null, ...files, "--also", "契 約.txt", ...form), 0);
    const all = ["one.txt", "two files.txt", "契 約.txt"];
    expect(`${verb}: all three`, given(out, ...all), "0");
    expect(`${verb}: in another order`, given(out, ...[...all].reverse()), "0");
    expect(`${verb}: one missing`, given(out, "one.txt", "two files.txt"), "5 SIGNED_DATA_NOT_FOUND 契 約.txt");
    expect(`${verb}: another one missing`, given(out, "one.txt", "契 約.txt"), "5 SIGNED_DATA_NOT_FOUND two files.txt");
    expect(`${verb}: none`, given(out), "5 SIGNED_DATA_NOT_FOUND one.txt");
    expect(`${verb}: one too many`, given(out, ...all, "doc.xml"), "5 SIGNED_DATA_NOT_FOUND doc.xml");
    expect(`${verb}: one changed`, given(out, "moved/one.txt", "two files.txt", "契 約.txt"), "4 HASH_FAILURE");
    expect(`${verb}: one name twice`, given(out, ...all, "moved/one.txt"), "2 SIG-617");
    expect(`${verb}: one that is not there`, given(out, ...all, "nothing"), "1 SYS-001");
    expect(`${verb}: more than there can be`, given(out, ...Array(1025).fill("one.txt")), "1 SIG-618");
    const extend = (...contents) => run(rise, "extend", out, "-o", "raised", "--level", "lta", "--tsa", `${url}/`, "--chain", "ca.pem", ...contents.flatMap((f) => ["--content", f])).status;
    expect(`${verb}: raised`, extend(...all), 0);
    expect(`${verb}: raised holds`, given("raised", ...all), "0");
    expect(`${verb}: raised with one missing`, extend("one.txt"), 2);
}
expect("cades", sign("cades", "one.p7s", "b", null, "one.txt"), 0);
expect("cades over its file", given("one.p7s", "one.txt"), "0");
expect("cades over two", given("one.p7s", "one.txt", "two files.txt"), "5 SIGNED_DATA_NOT_FOUND one file");
expect("cades raised with two", run(rise, "extend", "one.p7s", "-o", "raised", "--level", "lt", "--tsa", `${url}/`, "--content", "one.txt", "--content", "two files.txt").status, 2);
expect("jades", sign("jades", "inside.json", "b", null, "one.txt"), 0);
expect("jades over its file", given("inside.json", "one.txt"), "0");
expect("jades over another", given("inside.json", "doc.xml"), "4 HASH_FAILURE");
expect("jades over two", given("inside.json", "one.txt", "two files.txt"), "5 SIGNED_DATA_NOT_FOUND one file");
expect("a container and a file", given("c.asice", "one.txt"), "2 SIG-620");
// ---- a trusted list instead of a folder of trust ----
const ca = openssl("x509", "-in", "ca.pem", "-outform", "DER").toString("base64");
issue("operator", "keyUsage=critical,digitalSignature");
const now = new Date().toISOString().slice(0, 19) + "Z";
const list = (status, next) => `<TrustServiceStatusList xmlns="http://uri.etsi.org/02231/v2#"><SchemeInformation><TSLVersionIdentifier>6</TSLVersionIdentifier><TSLSequenceNumber>1</TSLSequenceNumber>` +
    `<SchemeName><Name xml:lang="en">XX:List</Name></SchemeName><SchemeTerritory>XX</SchemeTerritory><ListIssueDateTime>${now}</ListIssueDateTime><NextUpdate><dateTime>${next}</dateTime></NextUpdate></SchemeInformation>` +
    `<TrustServiceProviderList><TrustServiceProvider><TSPServices>${["CA/QC", "TSA/QTST"].map((type) => `<TSPService><ServiceInformation><ServiceTypeIdentifier>http://uri.etsi.org/TrstSvc/Svctype/${type}</ServiceTypeIdentifier>` +
    `<ServiceDigitalIdentity><DigitalId><X509Certificate>${ca}</X509Certificate></DigitalId></ServiceDigitalIdentity><ServiceStatus>http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/${status}</ServiceStatus>` +
    `<StatusStartingTime>2020-01-01T00:00:00Z</StatusStartingTime></ServiceInformation></TSPService>`).join("")}</TSPServices></TrustServiceProvider></TrustServiceProviderList></TrustServiceStatusList>`;
expect("a signed file", sign("xades", "doc.signed.xml", "lta", `${url}/`, "doc.xml"), 0);
for (const [what, status, next, code, note] of [["granted", "granted", "2099-01-01T00:00:00Z", 0, ""], ["withdrawn", "withdrawn", "2099-01-01T00:00:00Z", 5, ""], ["expired", "granted", now, 0, "list-expired"]]) {
    writeFileSync(path("list.xml"), list(status, next));
    expect(`list ${what}: signed`, run(rise, "sign", "xades", "list.xml", "-o", "list.signed.xml", "--key", "operator.key", "--cert", "operator.crt").status, 0);
    expect(`list ${what}: xmlsec1`, xmlsec("list.signed.xml"), true);
    const r = run(rise, "verify", "doc.signed.xml", "--tsl", "list.signed.xml", "--tsl-signer", "operator.crt", "--json", "--at", new Date(Date.now() + 2000).toISOString().slice(0, 19) + "Z");
    expect(`list ${what}`, `${r.status} ${JSON.parse(r.stdout).warnings.map((w) => w.kind)}`, `${code} ${note}`);
}
expect("list of somebody else", run(rise, "verify", "doc.signed.xml", "--tsl", "list.signed.xml", "--tsl-signer", "p256.crt").status, 2);
expect("list without its signer", run(rise, "verify", "doc.signed.xml", "--tsl", "list.signed.xml").status, 2);
// ---- what is refused, and a dead authority ----
expect("dead authority", sign("xades", "low.xml", "lta", "http://127.0.0.1:1/", "doc.xml"), 3);
expect("dead authority: signed all the same", judge("xades", "low.xml"), "valid");
expect("signed already", sign("xades", "again.xml", "b", null, "low.xml"), 1);
expect("no XML", sign("xades", "again.xml", "b", null, "one.txt"), 2);
expect("nothing written", existsSync(path("again.xml")), false);

end();
