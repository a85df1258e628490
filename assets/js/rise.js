// Comfort for pages that work without it: each element with data-module gets its module. No inline code, no globals.
import { confirmBeforeLeave, copy, filters, focus, once, submitOnChange } from './forms.js';
import { progress } from './progress.js';
import { signPad } from './sign-pad.js';
import { wait } from './wait.js';

const modules = { copy, filters, focus, once, progress, 'sign-pad': signPad, 'submit-on-change': submitOnChange, 'confirm-leave': confirmBeforeLeave, wait };

for (const element of document.querySelectorAll('[data-module]')) {
  const start = modules[element.dataset.module];
  if (start) start(element);
}

const charts = document.querySelectorAll('[data-module="chart"]');
if (charts.length > 0) {
  const { chart } = await import('./chart.js'); // large, so only where there is something to draw
  charts.forEach(chart);
}

const documents = document.querySelectorAll('[data-module="pdf-view"]');
if (documents.length > 0) {
  const { pdfView } = await import('./pdf-view.js');
  documents.forEach(pdfView);
}

const signing = document.querySelectorAll('[data-module^="signing-"]');
if (signing.length > 0) {
  const { start } = await import('./signing.js');
  signing.forEach(start);
}
const placing = document.querySelector('[data-module="place-fields"]');
if (placing) (await import('./place-fields.js')).placeFields(placing);
const recording = document.querySelector('[data-module="witness"]');
if (recording) {
  const { witness } = await import('./witness.js');
  witness(recording);
}
