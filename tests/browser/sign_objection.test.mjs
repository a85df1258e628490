// The electronic form as an offer (Art. 5) and the register of exclusions: the office enters an act; a document of that kind is sent only after the
// warning was confirmed, with the notice; one signer agrees, one objects, and the sender sees both and is warned the next time.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { complaints, fits, haveBrowser, inWorld, main, openPage, said, says, submit } from './lib.mjs';

let world, base, browser;
inWorld((made) => ({ world, base, browser } = made));

const KEYWORD = '國有苗圃';
const PAPER = { email: 'paper@t.example', paper_where: '臺北市測試路 1 號', paper_who: '王主任', paper_how: '週一上午攜帶身分證' };

async function shot(page, name) {
  if (!process.env.SHOTS) return;
  for (const [of, size] of [['desktop', { width: 1280, height: 900 }], ['phone', { width: 360, height: 740 }]]) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(process.env.SHOTS, `${name}-${of}.png`), fullPage: true });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
}

// The page is right in both languages; it ends in the first. (What is reached by links is looked at by crawl.test.mjs.)
async function good(page, name) {
  await fits(page);
  await shot(page, name);
  const here = new URL(page.url());
  here.searchParams.set('lang', 'en');
  await page.goto(here.href);
  await fits(page);
  here.searchParams.set('lang', 'zh');
  await page.goto(here.href);
}

async function as(role) {
  const page = await openPage(browser);
  await page.goto(world.links[role]);
  await page.locator('main form button').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
  return page;
}

function document() {
  const dir = world.dir;
  writeFileSync(join(dir, 'none.txt'), 'nothing');
  world.command('verify', join(dir, 'none.txt'), '--pdf', join(dir, `${KEYWORD}.pdf`));
  return join(dir, `${KEYWORD}.pdf`);
}

async function draft(page, people) {
  await page.goto(base + '/sign/rooms/new');
  await submit(page, '#new-room', { file: document() });
  const room = page.url().replace(/\/people.*/, '');
  for (const [i, [name, email]] of people.entries()) {
    if (i > 0) await page.goto(room + '/people');
    await submit(page, '#add-person', { name, email, role: 'sign', level: 'link', speaks: 'zh' });
  }
  await page.goto(room + '/fields');
  await submit(page, '#default');
  await page.goto(room + '/check');
  return room;
}

// The link in the newest mail to this address.
async function link(page, email) {
  await page.goto(base + '/outbox');
  const text = await page.locator('main article').filter({ hasText: email }).first().innerHTML();
  return base + text.match(/\/sign\/s\/[\w-]{43}/)[0];
}

test('the electronic form and the register of exclusions', { skip: !haveBrowser }, async () => {
  const officer = await as('officer');
  await officer.goto(base + '/sign/exclusions/new');
  await submit(officer, '#entry', {
    agency: '示範縣政府', act: '國有苗圃承租許可', law: '示範條例第 9 條', kind: 'form', keywords: KEYWORD, source: '示範公報', starts: '2024-05-15', reason: '示範',
  });
  await officer.goto(base + '/sign/exclusions/import');
  const csv = join(world.dir, 'x.csv');
  writeFileSync(csv, 'agency,act,law,kind,source,from\n示範縣政府,甲,乙,special,丙,2024-13-01\n');
  await submit(officer, '#import', { file: csv, reason: '示範' });
  await says(officer, 'EXC-005');
  await fits(officer);

  const owner = await as('owner of a small firm');
  const people = [['林大川', 'lin@t.example'], ['王小明', 'wang@t.example']];
  const room = await draft(owner, people);
  await says(owner, '國有苗圃承租許可');
  await owner.locator('#to-notice').click();
  await good(owner, 'offer');
  await submit(owner, '#offer', { days: '3', ...PAPER });
  await says(owner, said('zh', 'The time to object is at least {1} and at most {2} days.', 7, 365));
  await submit(owner, '#offer', { days: '10', ...PAPER });
  await submit(owner, '#send');
  assert.equal(await owner.locator('#send').count(), 1, 'sent without the warning being confirmed');
  await submit(owner, '#send', { confirmed: true });
  await says(owner, said('zh', 'Sent in spite of a warning'));

  const [lin, wang] = [await openPage(browser), await openPage(browser)];
  const tokens = { lin: await link(owner, 'lin@t.example'), wang: await link(owner, 'wang@t.example') };
  await lin.goto(tokens.lin + '/notice');
  await says(lin, PAPER.paper_where);
  await good(lin, 'notice');
  await submit(lin, '#agree');
  await lin.goto(tokens.lin + '/notice');
  assert.match(await lin.locator('#state').innerText(), /您已於 .+ 同意採用電子方式/);
  await wang.goto(tokens.wang + '/notice');
  await wang.locator('#objecting summary').click();
  await submit(wang, '#object', { reason: '我習慣紙本' });
  await good(wang, 'notice-objected');
  await lin.locator('#stopping summary').click();
  await submit(lin, '#stop', { reason: '之後都用紙本' });
  assert.match(await lin.locator('#state').innerText(), /要求停止採用電子方式/);

  await owner.goto(room + '/notice');
  assert.match(await owner.locator('#people').innerText(), /已反對[\s\S]*我習慣紙本/);
  await owner.locator('#hearing summary').click();
  await good(owner, 'offer-answers');
  await owner.goto(base + '/sign/objections');
  assert.equal(await owner.locator('#objections tbody tr').count(), 3); // one is the demonstration's
  await owner.locator('#objections a').first().click();
  await good(owner, 'objection');
  await submit(owner, '#handle', { note: '已寄出紙本' });
  await owner.goto(base + '/sign/objections/texts');
  await submit(owner, '#text', { zh: '沉默視為同意。', en: 'Silence is consent.' });
  await owner.locator('#versions a').click();
  await good(owner, 'text-version');
  await draft(owner, people);
  await says(owner, '之後都用紙本');

  const visitor = await openPage(browser);
  await visitor.goto(base + '/sign/exclusions?q=' + encodeURIComponent(KEYWORD));
  assert.equal(await visitor.locator('#exclusions tbody tr').count(), 1);
  const api = await visitor.request.get(base + '/api/sign/exclusions?q=' + encodeURIComponent(KEYWORD));
  assert.equal((await api.json()).exclusions[0].law, '示範條例第 9 條');
  assert.ok((await main(visitor)).includes('示範縣政府'));
  for (const page of [officer, owner, lin, wang, visitor]) assert.deepEqual(complaints(page), []);
  world.doctor();
});
