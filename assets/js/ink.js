// A field to draw a signature in. Each stroke is a list of [x, y, ms]: thousandths of the field's width and height, time since `started`.
export function ink(canvas) {
  const strokes = [];
  let stroke = null;
  const started = performance.now();
  const brush = canvas.getContext('2d');

  const draw = () => {
    const { width, height } = canvas;
    brush.clearRect(0, 0, width, height);
    brush.lineWidth = Math.max(2, height / 60);
    brush.lineCap = brush.lineJoin = 'round';
    brush.strokeStyle = '#12324a';
    for (const points of strokes) {
      brush.beginPath();
      points.forEach(([x, y], i) => brush[i ? 'lineTo' : 'moveTo']((x * width) / 1000, (y * height) / 1000));
      if (points.length === 1) brush.lineTo((points[0][0] * width) / 1000 + 0.1, (points[0][1] * height) / 1000);
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
    stroke.push([part(event.clientX, box.left, box.width), part(event.clientY, box.top, box.height), Math.round(performance.now() - started)]);
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
    clear() { strokes.length = 0; draw(); },
    lines: () => strokes.map((points) => points.map((p) => p.join(',')).join(' ')).join('\n'),
  };
}
