// A video for Chromium's fake camera: a face drawn by a formula, so that no person's picture is needed. Grey values only (I420, YUV4MPEG2).
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

// Half a minute's worth is not needed: Chromium plays the file again and again.
export function writeFaceVideo(path, frames = 10) {
  const chroma = Buffer.alloc((W * H) / 2, 128);
  const parts = [Buffer.from(`YUV4MPEG2 W${W} H${H} F10:1 Ip A1:1 C420\n`)];
  for (let n = 0; n < frames; n++) parts.push(Buffer.from('FRAME\n'), frame(n), chroma);
  writeFileSync(path, Buffer.concat(parts));
}
export const faceFrame = { width: W, height: H, luma: frame };
