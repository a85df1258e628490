// A field to draw a signature in. Each stroke is a list of [x, y, ms]: thousandths of the field's width and height, time since `started`.
const NEAR = 3; // points nearer to the last one say nothing new
const MOST = 4000; // points, as many as a page may send

export function ink(canvas) {
  const strokes = [];
  let stroke = null, points = 0;
  const started = performance.now();
  const brush = canvas.getContext('2d');

  const draw = () => {
    const { width, height } = canvas;
    brush.clearRect(0, 0, width, height);
    brush.lineWidth = Math.max(2, height / 60);
    brush.lineCap = brush.lineJoin = 'round';
    brush.strokeStyle = '#12324a';
    for (const line of strokes) {
      brush.beginPath();
      line.forEach(([x, y], i) => brush[i ? 'lineTo' : 'moveTo']((x * width) / 1000, (y * height) / 1000));
      if (line.length === 1) brush.lineTo((line[0][0] * width) / 1000 + 0.1, (line[0][1] * height) / 1000);
      brush.stroke();
    }
  };
  // Sharp on every screen, and drawn again when a phone is turned.
  const fit = () => {
    const box = canvas.getBoundingClientRect();
    canvas.width = Math.round(box.width * devicePixelRatio);
    canvas.height = Math.round(box.height * devicePixelRatio);
    draw();
  };
  const add = (event) => {
    const box = canvas.getBoundingClientRect();
    const part = (at, from, size) => Math.round(Math.min(1, Math.max(0, (at - from) / size)) * 1000);
    const x = part(event.clientX, box.left, box.width), y = part(event.clientY, box.top, box.height);
    const last = stroke.at(-1);
    if (last && Math.hypot(x - last[0], y - last[1]) < NEAR) return;
    if (++points <= MOST) stroke.push([x, y, Math.round(performance.now() - started)]);
  };
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    strokes.push((stroke = []));
    add(event);
    draw();
  });
  canvas.addEventListener('pointermove', (event) => {
    if (!stroke) return;
    for (const e of event.getCoalescedEvents?.() ?? [event]) add(e);
    draw();
  });
  for (const end of ['pointerup', 'pointercancel']) canvas.addEventListener(end, () => { stroke = null; });
  new ResizeObserver(fit).observe(canvas);

  return {
    clear() { strokes.length = points = 0; draw(); },
    lines: () => strokes.filter((s) => s.length).map((line) => line.map((p) => p.join(',')).join(' ')).join('\n'),
  };
}
