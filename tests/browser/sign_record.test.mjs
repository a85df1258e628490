// Evidence signing with a fake camera and microphone: a patient is recorded while they draw their signature, a network that breaks off in
// between, a camera without a face, one that is refused; then what the sender sees of it, and removing a part.
import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFaceVideo, writeVoice } from './face.mjs';
import { PHONE, complaints, fits, haveBrowser, openAs, openPage, said, says, startBrowser, startWorld, submit } from './lib.mjs';

const skip = haveBrowser ? false : 'no Chromium';
const video = join(tmpdir(), `rise-face-${process.pid}.y4m`);
const voice = join(tmpdir(), `rise-voice-${process.pid}.wav`);
const FAKES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
let world, browser;

before(async () => {
  if (!haveBrowser) return;
  writeFaceVideo(video);
  writeVoice(voice);
  world = await startWorld({ firms: 20 });
  browser = await startBrowser([...FAKES, `--use-file-for-fake-video-capture=${video}`, `--use-file-for-fake-audio-capture=${voice}`]);
});
after(async () => {
  await browser?.close();
  await world?.stop();
  for (const file of [video, voice]) rmSync(file, { force: true });
});

async function link(email) {
  const page = await openPage(browser, { lang: 'en' });
  await page.goto(world.base + '/outbox');
  const href = await page.locator('main article').filter({ hasText: email }).locator('a[href*="/sign/s/"]').first().getAttribute('href');
  await page.context().close();
  return new URL(href, world.base).pathname + '/record';
}

async function draw(page) {
  await page.locator('[data-part=pad]').scrollIntoViewIfNeeded();
  const box = await page.locator('[data-part=pad]').boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.2, 0.6));
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) await page.mouse.move(...at(0.2 + 0.05 * i, 0.6 - 0.3 * Math.sin(i)));
  await page.mouse.up();
}

const shot = (page, name) => process.env.SHOTS && page.screenshot({ path: join(process.env.SHOTS, `${name}.png`), fullPage: true });
const state = (page, name) => page.locator(`[data-state="${name}"]`);

test('recorded while signing, on a phone whose network breaks off', { skip }, async () => {
  const page = await openPage(browser, { lang: 'zh', viewport: PHONE });
  await page.context().grantPermissions(['geolocation']);
  await page.context().setGeolocation({ latitude: 25.033964, longitude: 121.564468, accuracy: 12 });
  // Twice: before a piece arrives, and before the answer to it does.
  let cut = 0;
  await page.route('**/record/pieces/video/0', async (route) => {
    if (++cut === 1) return route.abort();
    if (cut === 2) { await route.fetch(); return route.abort(); }
    return route.continue();
  });
  const path = await link('patient@demo.example');
  await page.goto(world.base + path);
  await fits(page);
  await page.setViewportSize(PHONE);
  await page.locator('[data-do=begin]').click();
  await state(page, 'recording').waitFor();
  for (const check of ['open', 'light', 'face', 'voice']) await page.locator(`[data-check=${check}][data-is=yes]`).waitFor();
  await draw(page);
  await fits(page);
  await shot(page, 'record');
  await page.waitForTimeout(3000); // what is recorded takes its time: a second of voice at least
  await page.locator('[data-do=finish]').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/record'), { timeout: 60000 });
  assert.equal(cut, 3);
  await page.goto(world.base + path);
  await says(page, said('zh', 'Your signing was recorded. Now sign the document within half an hour.'));
  await page.goto(world.base + path.replace('/record', ''));
  await submit(page, '#open');
  assert.match(await page.locator('#sign input[name=ink]').inputValue(), /^\d+,\d+ \d+,\d+/, 'what was drawn while recorded');
  await submit(page, '#sign', { consent: true });
  await shot(page, 'signed');
  assert.deepEqual(complaints(page).filter((c) => !/ERR_FAILED/.test(c)), []);
  await page.context().close();
});

test('camera and place refused: what to do is said, and a meeting is asked for', { skip }, async () => {
  const page = await openPage(browser, { lang: 'en', viewport: PHONE });
  await page.addInitScript(() => {
    const get = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (c) => (c.video ? Promise.reject(new DOMException('', 'NotAllowedError')) : get(c));
  });
  await page.goto(world.base + (await link('physician@demo.example')));
  await page.locator('[data-do=begin]').click();
  await state(page, 'recording').waitFor({ timeout: 30000 });
  await says(page, 'The camera: no picture is recorded.');
  await says(page, 'The place: it is not known where you are.');
  assert.ok(!(await page.locator('main').innerText()).includes('The microphone: no sound is recorded.'));
  await page.locator('[data-check=voice][data-is=yes]').waitFor();
  await page.waitForTimeout(2500);
  await page.locator('[data-do=finish]').click();
  await state(page, 'failed').waitFor();
  await says(page, 'There is no picture: the camera was refused, or the device has none.');
  assert.equal(await page.locator('[data-do=go-on]').count(), 0, 'the sender did not allow it');
  await fits(page);
  await shot(page, 'refused');
  await page.locator('#ways details summary').click();
  await submit(page, '#meet', { words: 'My tablet has no camera.' });
  await says(page, 'If you cannot or will not be recorded');
  await page.context().close();
});

test('the sender sees what was recorded, looks at it with a reason, and removes a part', { skip }, async () => {
  const page = await openAs(browser, world, 'officer@demo.example', { lang: 'zh' });
  await page.goto(world.base + '/sign/rooms');
  await page.locator('main a').filter({ hasText: '手術同意書（示範）' }).first().click();
  await page.locator('#recordings').click();
  await says(page, said('zh', 'Everything holds'));
  await says(page, said('zh', 'bound into the signature'));
  await fits(page);
  await shot(page, 'recordings');
  const part = (name) => page.locator('tr').filter({ has: page.locator('th', { hasText: said('zh', name) }) });
  assert.equal(await page.locator('tbody .govuk-tag--green').count(), 6, 'video, voice, photograph, place, device, strokes');
  await part('Place').locator('details').first().locator('summary').click();
  await submit(page, 'tr:has-text("' + said('zh', 'Place') + '") form[action$="/open"]', { reason: '爭議調查' });
  await says(page, 'latitude: 25.033964');
  await page.goBack();
  await part('Video of the face').locator('details').first().locator('summary').click();
  await submit(page, 'tr:has-text("' + said('zh', 'Video of the face') + '") form[action$="/open"]', { reason: '爭議調查' });
  await page.waitForFunction(() => document.querySelector('video').readyState >= 2); // it can be played
  await fits(page);
  await shot(page, 'opened');
  await page.goBack();
  await page.reload();
  assert.equal(await page.locator('#accesses + div tbody tr').count(), 2);
  await part('Video of the face').locator('details').nth(1).locator('summary').click();
  await submit(page, 'tr:has-text("' + said('zh', 'Video of the face') + '") form[action$="/remove"]', { reason: '當事人請求刪除' });
  await says(page, '當事人請求刪除');
  await says(page, said('zh', 'Everything holds'));
  await page.goto(page.url().replace('/recordings', '/here'));
  await fits(page);
  await page.locator('main form').filter({ hasText: 'Dr. Demo Lin' }).locator('button').click();
  await page.waitForURL(/\/sign\/s\/.*\/record$/);
  assert.deepEqual(complaints(page), []);
  await page.context().close();
  world.doctor();
});
