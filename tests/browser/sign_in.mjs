// Signs in at the embedded provider the way a person without a mouse does: autofocus, typing, Tab, Enter.
//
//   node sign_in.mjs URL [--user admin] [--password admin] [--wrong-first] [--decision Allow|Deny]
//                        [--trust] [--scheme light|dark] [--size 900x600] [--shots DIR]
//
// Prints one JSON document of what was seen: the pages in order, the alert, the page that it landed on. Judges nothing.
// Codes and tokens are in addresses, so no query or fragment is printed.
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    user: { type: 'string', default: 'admin' },
    password: { type: 'string', default: 'admin' },
    'wrong-first': { type: 'boolean', default: false },
    // Accepts a certificate that nobody vouches for, as a person does who has compared its fingerprint.
    trust: { type: 'boolean', default: false },
    decision: { type: 'string', default: 'Allow' },
    scheme: { type: 'string', default: 'light' },
    size: { type: 'string', default: '900x600' },
    shots: { type: 'string' },
  },
});
const start = positionals[0];
const [width, height] = options.size.split('x').map(Number);
const candidates = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM ?? candidates.find(existsSync);

const browser = await chromium.launch({
  executablePath,
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const seen = { pages: [], alert: null, landed: null, errors: [] };
try {
  const context = await browser.newContext({
    colorScheme: options.scheme,
    viewport: { width, height },
    ignoreHTTPSErrors: options.trust,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  page.on('pageerror', (error) => seen.errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));

  await page.goto(start);
  const provider = new URL(page.url()).origin;
  await focusIsOn(page, 'username');
  await look(page, 'sign-in');
  if (options['wrong-first']) {
    await enterCredentials(page, `${options.password}-wrong`);
    await page.waitForSelector('[role=alert]');
    await focusIsOn(page, 'password');
    seen.alert = await page.textContent('[role=alert]');
    await look(page, 'wrong-password');
    await page.keyboard.type(options.password);
    await page.keyboard.press('Enter');
  } else {
    await enterCredentials(page, options.password);
  }
  await page.waitForURL((url) => url.pathname.endsWith('/consent'));
  await look(page, 'consent');
  await tabTo(page, options.decision);
  await page.keyboard.press('Enter');

  await page.waitForURL((url) => url.origin !== provider);
  // An answer in the fragment is handed on by a small page first; the page after it bears the result.
  await page.waitForSelector('main.ok, main.bad');
  seen.landed = await look(page, 'result');
} catch (error) {
  seen.errors.push(String(error));
  process.exitCode = 1;
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

async function focusIsOn(page, id) {
  await page.waitForFunction((id) => document.activeElement?.id === id, id);
}

async function enterCredentials(page, password) {
  await page.keyboard.type(options.user);
  await page.keyboard.press('Tab');
  await page.keyboard.type(password);
  await page.keyboard.press('Enter');
}

/** Presses Tab until the control with this name has the focus. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 20; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await page.evaluate(() => document.activeElement?.textContent?.trim())) === name) return;
  }
  throw new Error(`no control named ${name} can be reached by Tab`);
}

/** Notes what a person, or a screen reader, meets on the page. */
async function look(page, name) {
  const facts = await page.evaluate(() => ({
    title: document.title,
    lang: document.documentElement.lang,
    heading: document.querySelector('h1')?.textContent?.trim() ?? null,
    text: document.body.innerText,
    background: getComputedStyle(document.body).backgroundColor,
    unlabelled: [...document.querySelectorAll('input:not([type=hidden]), button, a')]
      .filter((e) => !(e.labels?.length || e.textContent.trim() || e.getAttribute('aria-label')))
      .map((e) => e.outerHTML),
    overflow_x: document.documentElement.scrollWidth - innerWidth,
    overflow_y: document.documentElement.scrollHeight - innerHeight,
  }));
  const { origin, pathname } = new URL(page.url());
  const noted = { name, address: origin + pathname, ...facts };
  seen.pages.push(noted);
  if (options.shots) {
    mkdirSync(options.shots, { recursive: true });
    await page.screenshot({ path: join(options.shots, `${name}-${options.scheme}-${options.size}.png`) });
  }
  return noted;
}
