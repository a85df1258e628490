// Evidence signing with a fake camera and microphone: a patient is recorded while they draw their signature, a network that breaks off in
// between, a camera without a face, one that is refused; then what the sender sees of it, and removing a part.
import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeFaceVideo } from './face.mjs';
import { PHONE, complaints, fits, haveBrowser, openPage, said, says, startBrowser, startWorld, submit } from './lib.mjs';

const skip = haveBrowser ? false : 'no Chromium';
const video = join(tmpdir(), `rise-face-${process.pid}.y4m`);
const FAKES = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
let world, browser;

before(async () => {
  if (!haveBrowser) return;
  writeFaceVideo(video);
  world = await startWorld({ firms: 20 });
  browser = await startBrowser([...FAKES, `--use-file-for-fake-video-capture=${video}`]);
});
after(async () => {
  await browser?.close();
  await world?.stop();
});

async function link(email) {
  const page = await openPage(browser, { lang: 'en' });
  await page.goto(world.base + '/outbox');
  const href = await page.locator('main article').filter({ hasText: email }).locator('a[href*="/sign/s/"]').first().getAttribute('href');
  await page.context().close();
  return new URL(href, world.base).pathname + '/record';
}

async function draw(page) {
  const box = await page.locator('[data-part=pad]').boundingBox();
  const at = (x, y) => [box.x + box.width * x, box.y + box.height * y];
  await page.mouse.move(...at(0.2, 0.6));
  await page.mouse.down();
  for (let i = 1; i <= 12; i++) await page.mouse.move(...at(0.2 + 0.05 * i, 0.6 - 0.3 * Math.sin(i)));
  await page.mouse.up();
}

const state = (page, name) => page.locator(`[data-state="${name}"]`);

test('recorded while signing', { skip }, async () => {
  const page = await openPage(browser, { lang: 'zh', viewport: PHONE });
  await page.context().grantPermissions(['geolocation']);
  await page.context().setGeolocation({ latitude: 25.033964, longitude: 121.564468, accuracy: 12 });
  // The network breaks off twice: once before a piece arrives, once before the answer does.
  let cut = 0;
  await page.route('**/record/pieces/video/*', async (route) => {
    if (++cut === 1) return route.abort();
    if (cut === 2) { await route.fetch(); return route.abort(); }
    return route.continue();
  });
  await page.goto(world.base + (await link('patient@demo.example')));
  await fits(page);
  await page.setViewportSize(PHONE);
  await page.locator('[data-do=begin]').click();
  await state(page, 'recording').waitFor();
  await page.locator('[data-check=face][data-is=yes]').waitFor();
  await draw(page);
  await fits(page);
  await page.setViewportSize(PHONE);
  if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, 'record-zh.png'), fullPage: true });
  await page.waitForFunction(() => document.querySelector('[data-check=voice]').dataset.is === 'yes');
  await page.waitForTimeout(6000); // a recording takes its time: six beeps of the fake microphone
  await page.locator('[data-do=finish]').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/record'), { timeout: 60000 });
  assert.ok(cut > 2, 'the network was never cut');
  await page.goto(world.base + (await link('patient@demo.example')));
  await page.locator('#recorded').waitFor();
  await page.context().close();
});
