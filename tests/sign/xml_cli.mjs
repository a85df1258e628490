#!/usr/bin/env node
// `rise sign xades|jades|asice` at every level, with `openssl ts` as time-stamp authority: xmlsec1 and jose accept what
// comes out, `openssl ts` accepts each time-stamp over octets put together here with xml-core's canonicaliser.
//   xml_cli.mjs RISE TOOL        TOOL: tests/sign/xml_tool.c.     77: something is missing
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [rise, tool] = process.argv.slice(2).map((p) => resolve(p));
const require = createRequire(new URL("npm/package.json", import.meta.url));
const skip = (why) => { console.log(`skipped: ${why}`); process.exit(77); };
let xmlcore, xmldom, xpath, jose;
try {
    [xmlcore, xmldom, xpath] = ["xml-core", "@xmldom/xmldom", "xpath"].map((m) => require(m));
    const { XmlCanonicalizer } = require("xmldsigjs");
    xmlcore.setNodeDependencies({ ...xmldom, xpath });
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
const port = await new Promise((done) => server.stdout.once("data", (d) => done(String(d).trim())));
const url = `http://127.0.0.1:${port}`;
function issue(name, extensions) {
    openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", `${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", `/C=TW/CN=${name}`, "-out", `${name}.csr`);
    writeFileSync(path("ext"), `${extensions}\nsubjectKeyIdentifier=hash\ncrlDistributionPoints=URI:${url}/ca.crl\n`);
    openssl("x509", "-req", "-in", `${name}.csr`, "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "30", "-extfile", "ext", "-out", `${name}.crt`);
}
issue("signer", "keyUsage=critical,digitalSignature,nonRepudiation");
issue("tsa", "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping");
writeFileSync(path("doc.xml"), `<?xml version="1.0"?>\n<inv:Invoice xmlns:inv='urn:inv' xml:lang='zh-TW'>\n  <inv:Buyer name="林𣿆川"/>\n  <inv:Total>100</inv:Total>\n</inv:Invoice>\n`);
writeFileSync(path("one.txt"), "甲方\n");
writeFileSync(path("two files.txt"), "乙方\n");

const sign = (verb, out, level, tsa, ...more) => run(rise, "sign", verb, ...more, "-o", out, "--key", "signer.key", "--cert", "signer.crt", "--chain", "ca.pem", "--level", level, ...(tsa ? ["--tsa", tsa] : [])).status;
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

// ---- XAdES and containers ----
const files = ["one.txt", "--also", "two files.txt"];
const plain = [readFileSync(path("one.txt")), readFileSync(path("two files.txt"))];
const levels = ["b", "t", "lt", "lta"];
for (const [i, level] of levels.entries()) {
    const tsa = i > 0 ? `${url}/` : null;
    expect(`enveloped ${level}`, sign("xades", "doc.signed.xml", level, tsa, "doc.xml"), 0);
    expect(`xmlsec1 enveloped ${level}`, xmlsec("doc.signed.xml"), true);
    expect(`ours enveloped ${level}`, judge("xades", "doc.signed.xml"), "valid");
    const doc = new xmldom.DOMParser().parseFromString(text("doc.xml"), "text/xml");
    if (i > 0) checkStamps(`enveloped ${level}`, text("doc.signed.xml"), [canonical(doc)], i === 3 ? 1 : 0);
    expect(`detached ${level}`, sign("xades", "detached.xml", level, tsa, ...files, "--form", "detached"), 0);
    expect(`xmlsec1 detached ${level}`, xmlsec("detached.xml"), true);
    if (i > 0) checkStamps(`detached ${level}`, text("detached.xml"), plain, i === 3 ? 1 : 0);
    expect(`enveloping ${level}`, sign("xades", "enveloping.xml", level, tsa, ...files, "--form", "enveloping"), 0);
    expect(`xmlsec1 enveloping ${level}`, xmlsec("enveloping.xml"), true);
    for (const kind of ["xades", "cades"]) {
        expect(`asice ${kind} ${level}`, sign("asice", "c.asice", level, tsa, ...files, ...(kind === "cades" ? ["--cades"] : [])), 0);
        expect(`ours asice ${kind} ${level}`, judge("asic", "c.asice"), "valid");
        const report = JSON.parse(run(rise, "verify", "c.asice", "--trust", "ca.pem", "--json").stdout); // a CRL is only in it from B-LT on
        expect(`verify asice ${kind} ${level}`, report.verdict, i < 2 ? "INDETERMINATE" : "TOTAL-PASSED");
        expect(`files of asice ${kind} ${level}`, report.signatures[0].covers_files.join(), "one.txt,two files.txt");
        if (i === 1) {
            expect(`verify asice ${kind} online`, run(rise, "verify", "c.asice", "--trust", "ca.pem", "--online").status, 0);
            expect(`extend asice ${kind}`, run(rise, "extend", "c.asice", "-o", "raised.asice", "--level", "lta", "--tsa", tsa, "--chain", "ca.pem").status, 0);
            expect(`verify raised asice ${kind}`, run(rise, "verify", "raised.asice", "--trust", "ca.pem").status, 0);
            run("python3", "-c", "import zipfile; zipfile.ZipFile('raised.asice', 'a').writestr('more.txt', 'x')");
            const more = run(rise, "verify", "raised.asice", "--trust", "ca.pem", "--json");
            expect(`file added to asice ${kind}`, `${more.status} ${JSON.parse(more.stdout).faults.map((f) => f.kind + " " + f.file)}`, "4 not-signed more.txt");
        }
        run("python3", "-c", "import zipfile; zipfile.ZipFile('c.asice').extractall('unpacked')");
        if (kind === "xades" && i > 0) checkStamps(`asice ${level}`, text("unpacked/META-INF/signatures001.xml"), plain, i === 3 ? 1 : 0);
        if (kind === "cades") expect(`openssl asice ${level}`, run("openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "unpacked/META-INF/signature001.p7s", "-content", "unpacked/META-INF/ASiCManifest001.xml", "-CAfile", "ca.pem", "-purpose", "any", "-out", "/dev/null").status, 0);
    }
}
// ---- JAdES: the imprints of its time-stamps are computed by jades_archive.py ----
const open = await jose.importX509(text("signer.crt"), "ES256");
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
for (const level of levels) {
    const tsa = level === "b" ? null : `${url}/`;
    expect(`jades ${level}`, sign("jades", "doc.json", level, tsa, "doc.xml", "--flattened"), 0);
    const j = JSON.parse(text("doc.json"));
    expect(`jose ${level}`, await jose.flattenedVerify(j, open, { crit }).then((v) => new TextDecoder().decode(v.payload), String), text("doc.xml"));
    expect(`ours jades ${level}`, judge("jades", "doc.json"), "valid");
    expect(`jades ${level}: time-stamps`, jadesStamps(`jades ${level}`, "doc.json", items[level]), holding(items[level]));
    expect(`jades beside ${level}`, sign("jades", "beside.json", level, tsa, ...files, "--detached"), 0);
    expect(`ours jades beside ${level}`, judge("jades", "beside.json", path("one.txt"), path("two files.txt")), "valid");
    expect(`jades beside ${level}: time-stamps`, jadesStamps(`jades beside ${level}`, "beside.json", items[level], "one.txt", "two files.txt"), holding(items[level]));
}
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
expect("list of somebody else", run(rise, "verify", "doc.signed.xml", "--tsl", "list.signed.xml", "--tsl-signer", "signer.crt").status, 2);
expect("list without its signer", run(rise, "verify", "doc.signed.xml", "--tsl", "list.signed.xml").status, 2);
// ---- what is refused, and a dead authority ----
expect("dead authority", sign("xades", "low.xml", "lta", "http://127.0.0.1:1/", "doc.xml"), 3);
expect("dead authority: signed all the same", judge("xades", "low.xml"), "valid");
expect("signed already", sign("xades", "again.xml", "b", null, "low.xml"), 1);
expect("no XML", sign("xades", "again.xml", "b", null, "one.txt"), 2);
expect("nothing written", existsSync(path("again.xml")), false);

server.kill();
rmSync(dir, { recursive: true });
console.log(`${checks} checks, ${failed} failed`);
process.exit(failed ? 1 : 0);
