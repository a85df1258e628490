// Draws a figure from the data table beside it. The table stays: it is the figure for everybody who does not see the picture.
import * as Plot from '@observablehq/plot';

const COLOURS = ['#0b6b73', '#e8772e', '#3b4a9b', '#b8860b', '#8a3b6b', '#5b7f3a'];

// Months as 1, 2 … with the year under the first and under each January; anything else as it is.
function shortLabel(label, i) {
  const month = /^(\d{4})-(\d\d)$/.exec(label);
  if (!month) return label;
  return i === 0 || month[2] === '01' ? `${Number(month[2])}\n${month[1]}` : String(Number(month[2]));
}

function read(table, scale) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.textContent.trim());
  const rows = [];
  for (const row of table.tBodies[0].rows) {
    const label = row.cells[0].textContent.trim();
    for (let i = 1; i < row.cells.length; i++) rows.push({ label, series: heads[i], value: Number(row.cells[i].dataset.value) * scale });
  }
  return { rows, series: heads.slice(1), labels: [...new Set(rows.map((r) => r.label))] };
}

// Pixels that a text takes on an axis: Han is as wide as high, Latin about half.
const widthOf = (text) => [...text].reduce((sum, ch) => sum + (ch > '\u2e80' ? 13 : 7), 0);

function cut(text, room) {
  if (widthOf(text) <= room) return text;
  const kept = [...text];
  while (kept.length > 1 && widthOf(kept.join('')) > room - 13) kept.pop();
  return kept.join('') + '…';
}

// Of each row, from its first figure to its last; where the first is the larger one (more of it is worse) in the second colour.
function rangeMarks(data) {
  const rows = data.labels.map((label) => {
    const [low, base, high] = data.rows.filter((r) => r.label === label).map((r) => r.value);
    return { label, low, base, high };
  });
  return [
    Plot.barX(rows, { x1: 'low', x2: 'high', y: 'label', fill: (r) => (r.low <= r.high ? COLOURS[0] : COLOURS[1]) }),
    Plot.ruleX([0], { stroke: '#8a979c' }),
    Plot.tickX(rows, { x: 'base', y: 'label', stroke: '#1c2b33', strokeWidth: 2 }),
  ];
}

function marks(kind, data, lying) {
  if (kind === 'range') return rangeMarks(data);
  if (lying) {
    return [Plot.barX(data.rows, { x: 'value', y: 'label', fill: 'series' }), Plot.ruleX([0], { stroke: '#8a979c' })];
  }
  if (kind === 'line') {
    return [
      Plot.ruleY([0], { stroke: '#8a979c' }),
      Plot.lineY(data.rows, { x: 'label', y: 'value', stroke: 'series', strokeWidth: 2.5 }),
      Plot.dot(data.rows, { x: 'label', y: 'value', fill: 'series', r: 3 }),
    ];
  }
  if (kind === 'stack' || data.series.length === 1) {
    return [Plot.barY(data.rows, { x: 'label', y: 'value', fill: 'series' }), Plot.ruleY([0], { stroke: '#8a979c' })];
  }
  return [
    Plot.barY(data.rows, { fx: 'label', x: 'series', y: 'value', fill: 'series' }),
    Plot.ruleY([0], { stroke: '#8a979c' }),
  ];
}

export function chart(figure) {
  const picture = figure.querySelector('.rise-chart__picture');
  const permille = 'permille' in figure.dataset;
  const data = read(figure.querySelector('table'), permille ? 0.1 : 1);
  if (data.rows.length === 0) return;
  const grouped = figure.dataset.kind === 'bar' && data.series.length > 1;
  const draw = () => {
    const width = Math.max(280, picture.clientWidth || figure.clientWidth);
    const months = /^\d{4}-\d\d$/.test(data.labels[0]);
    const widest = Math.max(...data.labels.map(widthOf));
    const crowded = !months && data.labels.length * (widest + 16) > width - 64;
    const range = figure.dataset.kind === 'range';
    const lying = range || (crowded && figure.dataset.kind === 'bar' && !grouped); // many or long names: bars lie, names stand readable
    const room = Math.min(widest, width * 0.4);
    const axis = { label: null, domain: data.labels, tickRotate: crowded ? -40 : 0, tickFormat: shortLabel };
    const values = {
      grid: true,
      label: null,
      tickFormat: (v) => v.toLocaleString(document.documentElement.lang) + (permille ? ' %' : ''),
      nice: true,
    };
    const upright = { x: grouped ? { axis: null, domain: data.series } : axis, fx: grouped ? axis : undefined, y: values };
    const names = { label: null, domain: data.labels, tickFormat: (label) => cut(label, room) };
    const plot = Plot.plot({
      width,
      height: lying ? data.labels.length * 22 + 50 : Math.min(380, Math.max(220, width * 0.5)),
      marginLeft: lying ? room + 14 : 64,
      marginRight: 28,
      marginBottom: crowded && !lying ? 64 : months ? 46 : 32,
      ...(lying ? { x: { ...values, ticks: Math.max(2, (width - room) / 90) }, y: names } : upright),
      color: range ? undefined : { domain: data.series, range: COLOURS, legend: data.series.length > 1 },
      marks: marks(figure.dataset.kind, data, lying),
    });
    for (const style of plot.querySelectorAll('style')) style.remove(); // our stylesheet has these rules: the page allows no inline style
    picture.replaceChildren(plot);
  };
  picture.hidden = false;
  draw();
  let last = picture.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(picture.clientWidth - last) < 8) return;
    last = picture.clientWidth;
    draw();
  }).observe(picture);
}
