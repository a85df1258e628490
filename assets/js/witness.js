// Records a person while they sign on the screen (src/mod/sign/rooms/witness.h): camera, microphone, place and device as asked for, the
// strokes of the signature, and what the recording was seen to hold. Everything that is said to the person stands in the page already.
import { ink } from './ink.js';
import { Refused, ask, sender } from './witness-send.js';
import { watch } from './witness-watch.js';

const MOST_MS = 180000;
const SLICE_MS = 1000;
const TYPES = {
  video: ['video/webm;codecs=vp8', 'video/webm', 'video/mp4'],
  voice: ['audio/webm;codecs=opus', 'audio/webm', 'audio/mp4', 'audio/ogg;codecs=opus'],
};
const CAMERA = { facingMode: 'user', width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 15, max: 30 } };

// Camera and microphone together, or the one that there is.
async function open(wanted) {
  const get = (c) => navigator.mediaDevices.getUserMedia(c);
  if (!navigator.mediaDevices || (!wanted.video && !wanted.audio)) return new MediaStream();
  try {
    return await get(wanted);
  } catch {
    const parts = await Promise.all(Object.entries(wanted).filter(([, v]) => v).map(([k, v]) => get({ [k]: v }).catch(() => new MediaStream())));
    return new MediaStream(parts.flatMap((s) => s.getTracks()));
  }
}

function locate() {
  return new Promise((done) => {
    if (!navigator.geolocation) return done('');
    navigator.geolocation.getCurrentPosition(
      ({ coords: c, timestamp }) => done([c.latitude.toFixed(6), c.longitude.toFixed(6), c.accuracy.toFixed(1), Math.round(timestamp)].join(',')),
      () => done(''),
      { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
  });
}

const device = () => [
  `Screen: ${screen.width}x${screen.height} at ${devicePixelRatio}`,
  `Time zone: ${Intl.DateTimeFormat().resolvedOptions().timeZone}`,
  `Languages: ${navigator.languages.join(', ')}`,
].join('\n');

function recorder(kind, tracks, out) {
  const type = TYPES[kind].find((t) => MediaRecorder.isTypeSupported(t));
  const r = new MediaRecorder(new MediaStream(tracks), { mimeType: type, videoBitsPerSecond: 600000, audioBitsPerSecond: 48000 });
  r.addEventListener('dataavailable', (e) => out.add(e.data));
  const stopped = new Promise((done) => r.addEventListener('stop', done));
  r.start(SLICE_MS);
  return { from: Date.now(), stop: async () => { if (r.state !== 'inactive') r.stop(); await stopped; } };
}

export function witness(root) {
  const { api, asked, next } = root.dataset;
  const asks = Object.fromEntries(asked.split(',').map((k) => [k, true]));
  const part = (name) => root.querySelector(`[data-part="${name}"]`);
  const pad = ink(part('pad'));
  let stream, seen, run, late, attempt = 0;

  const show = (...names) => {
    for (const e of root.querySelectorAll('[data-state]')) e.hidden = !names.includes(e.dataset.state);
  };
  const say = (text) => { part('status').textContent = text; };

  // "yes" and "no" are words too: colour alone says nothing.
  const checks = (now) => {
    for (const e of root.querySelectorAll('[data-check]')) {
      const is = now[e.dataset.check];
      e.dataset.is = is === undefined ? 'none' : is ? 'yes' : 'no';
      e.querySelector('[data-word]').textContent = is ? root.dataset.msgYes : e.dataset.msgDo;
    }
  };

  async function begin() {
    show('asking');
    const place = asks.place ? locate() : '';
    stream ??= await open({ video: asks.video || asks.photo ? CAMERA : false, audio: !!asks.voice });
    const cameraOff = (asks.video || asks.photo) && !stream.getVideoTracks().length;
    const earOff = asks.voice && !stream.getAudioTracks().length;
    const placeOff = asks.place && !(await place);
    root.querySelectorAll('[data-off]').forEach((e) => { e.hidden = !{ camera: cameraOff, voice: earOff, place: placeOff }[e.dataset.off]; });
    ({ attempt } = await ask(`${api}/begin`, { method: 'POST' }));
    const video = part('video');
    video.srcObject = stream;
    video.closest('[data-picture]').hidden = !stream.getVideoTracks().length;
    await video.play().catch(() => {});
    seen = await watch(video, stream, checks);
    start(await place);
    show('recording', ...(cameraOff || earOff || placeOff ? ['refused'] : []));
    part('heading').focus();
  }

  function start(place) {
    const progress = () => { part('left').value = Object.values(run.out).reduce((n, o) => n + o.left(), 0); };
    const out = Object.fromEntries(['video', 'voice', 'photo'].filter((k) => asks[k]).map((k) => [k, sender(api, k, progress)]));
    run = { out, place, from: Date.now(), of: {} };
    seen.reset();
    pad.clear();
    if (asks.video && stream.getVideoTracks().length) run.of.video = recorder('video', stream.getVideoTracks(), out.video);
    if (asks.voice && stream.getAudioTracks().length) run.of.voice = recorder('voice', stream.getAudioTracks(), out.voice);
    late = setTimeout(finish, MOST_MS);
  }

  async function collect() {
    const { out, of } = run;
    await Promise.all(Object.values(of).map((r) => r.stop()));
    const photo = asks.photo && stream.getVideoTracks().length ? await seen.photo() : null;
    const measures = seen.measures();
    seen.stop();
    stream.getTracks().forEach((t) => t.stop());
    if (photo?.blob) out.photo.add(photo.blob);
    const until = Date.now();
    const body = { from: run.from, until, place: run.place, device: asks.device ? device() : '', ink: pad.lines(), photo_face: photo?.face ?? -1, ...measures };
    for (const [k, o] of Object.entries(out)) {
      body[`${k}_sha256`] = await o.finish();
      body[`${k}_from`] = of[k]?.from ?? until;
      body[`${k}_until`] = until;
    }
    return body;
  }

  async function finish() {
    clearTimeout(late);
    show('sending');
    say(root.dataset.msgSending);
    try {
      run.body ??= await collect();
      await send(false);
    } catch (e) {
      failed(e);
    }
  }
  async function send(asItIs) {
    await ask(`${api}/end`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ ...run.body, as_it_is: asItIs }) });
    location.assign(next);
  }

  function failed(e) {
    const list = part('faults');
    list.replaceChildren();
    const errors = e instanceof Refused ? e.problem.errors ?? [e.problem] : [{ detail: root.dataset.msgNetwork }];
    for (const text of new Set(errors.map((x) => x.detail ?? ''))) list.append(Object.assign(document.createElement('li'), { textContent: text }));
    const codes = e instanceof Refused ? errors.map((x) => x.code) : [];
    const absent = codes.includes('WIT-004'), unsound = codes.includes('WIT-014');
    const onward = part('go-on'); // there only where the sender allows it; what failed is tried once more first
    if (onward) onward.hidden = !(absent || unsound) || (unsound && attempt < 2);
    show('failed', ...(absent ? ['refused'] : []));
    say('');
    part('failed-heading').focus();
  }

  const on = (name, fn) => root.querySelectorAll(`[data-do="${name}"]`).forEach((b) => b.addEventListener('click', async () => {
    b.disabled = true;
    try {
      await fn();
    } catch (e) {
      failed(e);
    }
    b.disabled = false;
  }));
  on('begin', begin);
  on('finish', finish);
  on('clear', () => pad.clear());
  on('again', () => { stream = undefined; return begin(); });
  on('go-on', () => send(true));
  show('ready');
}
