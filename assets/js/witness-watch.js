// What a recording is looked at for while it is made: a face in the frame, light, an open lens, a voice. Measured here, on the device.
const DARK = 40; // mean of 0 … 255
const FLAT = 6; // deviation: a covered lens shows next to nothing
const LOUD = 0.015; // RMS of −1 … 1: speech an arm's length away is well above, a quiet room below
const EVERY_MS = 250, LISTEN_MS = 50;

function look(pixels) {
  let sum = 0, squares = 0;
  const n = pixels.length / 4;
  for (let i = 0; i < pixels.length; i += 4) {
    const y = 0.299 * pixels[i] + 0.587 * pixels[i + 1] + 0.114 * pixels[i + 2];
    sum += y;
    squares += y * y;
  }
  const mean = sum / n;
  return { light: mean >= DARK, open: Math.sqrt(Math.max(0, squares / n - mean * mean)) >= FLAT };
}

// Loudness twenty times a second: speech has gaps.
function listen(stream) {
  const audio = new AudioContext();
  const analyser = audio.createAnalyser();
  const wave = new Float32Array((analyser.fftSize = 2048));
  audio.createMediaStreamSource(stream).connect(analyser);
  const ear = { heard_ms: 0, last: -Infinity };
  const timer = setInterval(() => {
    analyser.getFloatTimeDomainData(wave);
    if (Math.sqrt(wave.reduce((s, v) => s + v * v, 0) / wave.length) < LOUD) return;
    ear.heard_ms += LISTEN_MS;
    ear.last = performance.now();
  }, LISTEN_MS);
  return {
    now: () => performance.now() - ear.last < 1000,
    reset() { ear.heard_ms = 0; },
    heard: () => ear.heard_ms,
    stop() { clearInterval(timer); audio.close(); },
  };
}

// show({ face, light, open, voice }) is called four times a second; each is true, false, or undefined where nothing is recorded.
export async function watch(video, stream, show) {
  const seen = { frames: 0, face: 0, light: 0, open: 0 };
  const ear = stream.getAudioTracks().length ? listen(stream) : null;
  const canvas = document.createElement('canvas');
  let find = null, running = true, brush = null, photo = null;
  if (stream.getVideoTracks().length) {
    const { faceFinder, WIDTH, HEIGHT } = await import('./face.js');
    find = faceFinder();
    Object.assign(canvas, { width: WIDTH, height: HEIGHT });
    brush = canvas.getContext('2d', { willReadFrequently: true });
  }

  async function picture(now) {
    if (!find || video.readyState < 2) return;
    brush.drawImage(video, 0, 0, canvas.width, canvas.height);
    const { data } = brush.getImageData(0, 0, canvas.width, canvas.height);
    Object.assign(now, look(data), { face: await find(canvas, data) });
    seen.frames++;
    for (const k of ['face', 'light', 'open']) seen[k] += now[k] ? 1 : 0;
    if (now.face && !photo) photo = still(video);
  }
  async function turn() {
    if (!running) return;
    const now = {};
    if (ear) now.voice = ear.now();
    await picture(now);
    if (!running) return;
    show(now);
    setTimeout(turn, EVERY_MS);
  }
  turn();

  return {
    // Counting begins with the recording, not with the preview.
    reset() { for (const k of Object.keys(seen)) seen[k] = 0; photo = null; ear?.reset(); },
    stop() { running = false; ear?.stop(); },
    // The first picture with a face in it; else whatever is seen now.
    async photo() { return { blob: await (photo ?? still(video)), face: photo ? 1 : 0 }; },
    measures() {
      const share = (k) => (seen.frames ? Math.round((seen[k] * 1000) / seen.frames) : -1);
      return { frames: seen.frames, face: share('face'), light: share('light'), open: share('open'), voice_ms: ear ? ear.heard() : -1 };
    },
  };
}

function still(video) {
  const canvas = document.createElement('canvas');
  Object.assign(canvas, { width: video.videoWidth || 1, height: video.videoHeight || 1 });
  canvas.getContext('2d').drawImage(video, 0, 0);
  return new Promise((done) => canvas.toBlob(done, 'image/jpeg', 0.85));
}
