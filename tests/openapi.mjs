// The OpenAPI document that `rise openapi` prints, checked by a validator that is not ours. usage: node openapi.mjs RISE
import { execFileSync } from 'node:child_process';

let Validator;
try {
  ({ Validator } = await import('@seriousme/openapi-schema-validator'));
} catch {
  console.log('skipped: the npm packages of tests/ are not installed (./dev setup)');
  process.exit(77);
}

const document = JSON.parse(execFileSync(process.argv[2], ['openapi', '--lang', 'en'], { encoding: 'utf8', maxBuffer: 1 << 26 }));
const result = await new Validator().validate(document);
if (!result.valid) {
  console.error(JSON.stringify(result.errors, null, 2));
  process.exit(1);
}

// What a schema cannot say: operation ids are unique, every {parameter} of a path is declared, every summary is there.
const ids = new Set();
let failed = 0;
const fail = (text) => { console.error(text); failed++; };
for (const [path, operations] of Object.entries(document.paths))
  for (const [method, operation] of Object.entries(operations)) {
    const name = `${method.toUpperCase()} ${path}`;
    if (ids.has(operation.operationId)) fail(`${name}: operationId ${operation.operationId} stands twice`);
    ids.add(operation.operationId);
    const declared = operation.parameters.filter((p) => p.in === 'path').map((p) => p.name).sort().join();
    const used = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]).sort().join();
    if (declared !== used) fail(`${name}: path parameters ${used} but declared ${declared}`);
    if (!operation.summary) fail(`${name}: no summary`);
  }
if (ids.size === 0) fail('no operations at all');
console.log(`${ids.size} operations, OpenAPI ${result.version ?? document.openapi}`);
process.exit(failed ? 1 : 0);
