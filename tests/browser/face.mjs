// For Chromium's fake camera and microphone: a face drawn by a formula, so that no person's picture is needed, and a murmur.
import { writeFileSync } from 'node:fs';

const W = 320, H = 240;

// Falls from 1 to 0 across the edge of an ellipse.
const blob = (x, y, cx, cy, rx, ry, soft = 0.25) => {
  const d = Math.hypot((x - cx) / rx, (y - cy) / ry);
  return d < 1 - soft ? 1 : d > 1 + soft ? 0 : (1 + soft - d) / (2 * soft);
};

// u, v: in units of half the face's width and height from its middle.
function face(u, v) {
  let y = 185 - 25 * Math.abs(u); // cheeks turn away from the light
  const mix = (to, part) => { y += (to - y) * part; };
  mix(60, blob(u, v, 0, -1.05, 1.1, 0.45)); // hair
  for (const side of [-1, 1]) {
    mix(110, 0.9 * blob(u, v, side * 0.42, -0.2, 0.3, 0.17, 0.5)); // socket
    mix(55, blob(u, v, side * 0.42, -0.38, 0.27, 0.06, 0.4)); // brow
    mix(35, blob(u, v, side * 0.42, -0.2, 0.16, 0.08, 0.4)); // eye
    mix(95, 0.7 * blob(u, v, side * 0.12, 0.27, 0.09, 0.06, 0.5)); // nostril
  }
  mix(215, 0.7 * blob(u, v, 0, 0, 0.09, 0.32, 0.6)); // bridge of the nose
  mix(80, 0.9 * blob(u, v, 0, 0.56, 0.33, 0.09, 0.4)); // mouth
  mix(130, 0.5 * blob(u, v, 0, 0.75, 0.25, 0.07, 0.6)); // below the lip
  return y;
}

function frame(n) {
  const luma = Buffer.alloc(W * H);
  const cx = W / 2 + 6 * Math.sin(n / 3), cy = H / 2 + 4 * Math.cos(n / 4), rx = 62, ry = 82;
  for (let y = 0; y < H; y++)
    for (let x = 0; x < W; x++) {
      const u = (x - cx) / rx, v = (y - cy) / ry;
      const inside = blob(u, v, 0, 0, 1, 1, 0.05), neck = blob(x, y, cx, cy + 120, 110, 55, 0.05);
      let value = 120 + 30 * (x / W) + 10 * (y / H);
      value += (75 - value) * neck;
      value += (60 - value) * blob(u, v, 0, -0.25, 1.12, 1.05, 0.05);
      value += (face(u, v) - value) * inside;
      luma[y * W + x] = Math.max(16, Math.min(235, value));
    }
  return luma;
}

// Grey values only (YUV4MPEG2, I420). Chromium plays the file again and again.
export function writeFaceVideo(path, frames = 10) {
  const chroma = Buffer.alloc((W * H) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${W} H${H} F10:1 Ip A1:1 C420\n`)];
  for (let n = 0; n < frames; n++) parts.push(Buffer.from('FRAME\n'), frame(n), chroma);
  writeFileSync(path, Buffer.concat(parts));
}

// Two seconds of syllables: 180 Hz with overtones, louder and softer four times a second (WAV, 16 bit, mono).
export function writeVoice(path, rate = 16000, seconds = 2) {
  const n = rate * seconds;
  const wav = Buffer.alloc(44 + 2 * n);
  wav.write('RIFF', 0); wav.writeUInt32LE(36 + 2 * n, 4); wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16); wav.writeUInt16LE(1, 20); wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24); wav.writeUInt32LE(2 * rate, 28); wav.writeUInt16LE(2, 32); wav.writeUInt16LE(16, 34);
  wav.write('data', 36); wav.writeUInt32LE(2 * n, 40);
  for (let i = 0; i < n; i++) {
    const t = i / rate, tone = [1, 2, 3, 5].reduce((s, k) => s + Math.sin(2 * Math.PI * 180 * k * t) / k, 0);
    wav.writeInt16LE(Math.round(9000 * Math.sin(Math.PI * 4 * t) ** 2 * tone), 44 + 2 * i);
  }
  writeFileSync(path, wav);
}
