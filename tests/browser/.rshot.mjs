import { createRequire } from 'node:module';
import { mkdirSync } from 'node:fs';
process.chdir('/work/wt-result/tests/browser');
const lib = await import('/work/wt-result/tests/browser/lib.mjs');
const { startWorld, startBrowser, openAs, openPage, overflow, violations, DESKTOP, PHONE } = lib;
mkdirSync('/tmp/rshots', { recursive: true });
const world = await startWorld({ firms: Number(process.env.FIRMS ?? 60) });
const browser = await startBrowser();
const pages = JSON.parse(process.env.PAGES);
const axe = process.env.AXE;
for (const lang of ['zh', 'en']) {
  for (const [vn, viewport] of [['d', DESKTOP], ['p', PHONE]]) {
    const officer = await openAs(browser, world, process.env.WHO ?? 'officer@demo.example', { lang, viewport });
    for (const [name, path] of Object.entries(pages)) {
      const t = Date.now();
      const r = await officer.goto(world.base + path);
      await officer.waitForTimeout(300);
      console.log(lang, vn, name, r.status(), Date.now() - t, 'over', await overflow(officer), officer.complaints.splice(0).join(' | '));
      if (axe && vn === 'd') console.log((await violations(officer)).join('\n'));
      await officer.screenshot({ path: `/tmp/rshots/${name}-${lang}-${vn}.png`, fullPage: true });
    }
    await officer.context().close();
  }
}
console.log(world.log().split('\n').filter((l) => /error|warn/i.test(l)).slice(0, 5).join('\n'));
await browser.close();
await world.stop();
