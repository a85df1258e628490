// A field to sign in with finger, pen or mouse: <div data-module="sign-pad" data-width data-height> with a hidden input `ink`, an element
// .rise-pad__field that gets the canvas, a button [data-clear] and a [data-status]. The input gets what was drawn: one line for each stroke, points as
// "x,y x,y …" in thousandths of the field. Without drawing it stays empty, and the name is shown instead: nothing has to be drawn.

const FULL = 1000;
const MOST_POINTS = 20000; // as many as the server takes
const NEAR = 3; // points nearer to the last one say nothing new

const read = (text) => (text ? text.split('\n').map((line) => line.trim().split(' ').map((p) => p.split(',').map(Number))) : []);
const write = (strokes) => strokes.map((s) => s.map((p) => p.join(',')).join(' ')).join('\n');

export function signPad(element) {
  const input = element.querySelector('input[name=ink]');
  const box = element.querySelector('.rise-pad__field');
  const status = element.querySelector('[data-status]');
  for (const part of element.querySelectorAll('[data-script]')) part.hidden = false;
  const canvas = document.createElement('canvas');
  canvas.className = 'rise-pad__canvas';
  box.style.aspectRatio = `${element.dataset.width} / ${element.dataset.height}`;
  box.append(canvas);
  const pen = canvas.getContext('2d');
  const strokes = read(input.value);
  let now = null;

  function draw() {
    const { width, height } = box.getBoundingClientRect();
    const ratio = devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    pen.lineWidth = 2.2 * ratio;
    pen.lineCap = pen.lineJoin = 'round';
    pen.strokeStyle = getComputedStyle(box).color;
    for (const stroke of strokes) {
      pen.beginPath();
      stroke.forEach(([x, y], i) => pen[i ? 'lineTo' : 'moveTo']((x / FULL) * canvas.width, (y / FULL) * canvas.height));
      pen.stroke();
    }
  }

  function point({ clientX, clientY }) {
    const { left, top, width, height } = box.getBoundingClientRect();
    const part = (v, of) => Math.round(Math.min(1, Math.max(0, v / of)) * FULL);
    return [part(clientX - left, width), part(clientY - top, height)];
  }

  const count = () => strokes.reduce((sum, s) => sum + s.length, 0);

  function add(event) {
    const [x, y] = point(event);
    const last = now.at(-1);
    if (count() >= MOST_POINTS || (last && Math.abs(last[0] - x) + Math.abs(last[1] - y) < NEAR)) return;
    now.push([x, y]);
  }

  function keep() {
    input.value = write(strokes);
    status.textContent = strokes.length ? status.dataset.msgDrawn : status.dataset.msgEmpty;
    draw();
  }

  box.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    box.setPointerCapture(event.pointerId);
    now = [];
    strokes.push(now);
    add(event);
    draw();
  });
  box.addEventListener('pointermove', (event) => {
    if (!now) return;
    for (const e of event.getCoalescedEvents?.() ?? [event]) add(e); // all the points between two frames
    draw();
  });
  const end = () => {
    if (!now) return;
    if (now.length === 1) now.push([Math.min(FULL, now[0][0] + 1), now[0][1]]); // a dot is a short line
    now = null;
    keep();
  };
  box.addEventListener('pointerup', end);
  box.addEventListener('pointercancel', end);
  element.querySelector('[data-clear]').addEventListener('click', () => {
    strokes.length = 0;
    keep();
  });
  new ResizeObserver(draw).observe(box);
}
