// Shows a PDF's pages where scripts run: <div data-module="pdf-view" data-file="/…/file" data-worker="…/pdf.worker.js" data-msg-page="Page {1} of {2}"
// data-msg-failed="…">. Beside it stands a link to the file for everybody else. Nothing in the document is run or followed: pages are drawn on canvases,
// and their text stands behind each for those who listen.
import * as pdfjs from 'pdfjs-dist/legacy/build/pdf.min.mjs';
import { files } from 'pdf-files';

const MOST_PIXELS = 2; // a device pixel ratio above it only costs memory
const NEAR = '600px'; // pages this far out of sight are drawn already

/** pdf.js asks for its own files by name; the worker cannot fetch, so the page does. */
class Files {
  async fetch({ filename }) {
    const answer = files[filename] && await fetch(files[filename]);
    if (!answer?.ok) throw new Error(`no ${filename}`);
    return new Uint8Array(await answer.arrayBuffer());
  }
}

/** The document at an address of this site. */
export function openPdf(address, worker) {
  pdfjs.GlobalWorkerOptions.workerSrc = worker;
  return pdfjs.getDocument({
    url: address, BinaryDataFactory: Files, useWorkerFetch: false, disableRange: true, disableStream: true, disableAutoFetch: true, isEvalSupported: false,
    enableXfa: false, useSystemFonts: true,
  }).promise;
}

const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, n) => values[n - 1]);

/** A page's box, empty at first: <div class="rise-pdf__page" data-page="0"> with the size of the page as it is seen. */
async function makeBox(doc, number, words) {
  const page = await doc.getPage(number);
  const { width, height } = page.getViewport({ scale: 1 });
  const text = document.createElement('div');
  text.className = 'govuk-visually-hidden';
  const box = document.createElement('div');
  box.className = 'rise-pdf__page';
  box.dataset.page = number - 1;
  box.style.aspectRatio = `${width} / ${height}`;
  Object.assign(box, { pdfPage: page, pdfText: text, pageWidth: width, pageHeight: height }); // in points, for those who place something on it
  const canvas = document.createElement('canvas');
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', fill(words, number, doc.numPages));
  canvas.className = 'rise-pdf__canvas';
  box.append(canvas, text);
  return box;
}

async function draw(box) {
  box.drawnWidth = box.clientWidth;
  const canvas = box.querySelector('canvas');
  const scale = (box.clientWidth / box.pageWidth) * Math.min(devicePixelRatio || 1, MOST_PIXELS);
  const viewport = box.pdfPage.getViewport({ scale });
  canvas.width = Math.floor(viewport.width);
  canvas.height = Math.floor(viewport.height);
  await box.pdfPage.render({ canvas, viewport }).promise;
  const { items } = await box.pdfPage.getTextContent();
  box.pdfText.textContent = items.map((i) => i.str + (i.hasEOL ? '\n' : '')).join('');
  box.dataset.drawn = '';
}

/** Puts all pages into `container`; each is drawn when it comes near the window. → boxes */
export async function showPages(container, doc, words) {
  const boxes = [];
  const near = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      near.unobserve(target);
      draw(target).catch((e) => console.warn(e));
    }
  }, { rootMargin: NEAR });
  // Wider than it was drawn (a phone was turned): drawn again, or it would be blurred.
  const wider = new ResizeObserver((entries) => {
    for (const { target } of entries)
      if (target.drawnWidth < target.clientWidth) near.observe(target);
  });
  for (let n = 1; n <= doc.numPages; n++) {
    const box = await makeBox(doc, n, words);
    boxes.push(box);
    container.append(box);
    near.observe(box);
    wider.observe(box);
  }
  return boxes;
}

export async function pdfView(element) {
  const { file, worker, msgPage, msgFailed } = element.dataset;
  element.classList.add('rise-pdf');
  try {
    await showPages(element, await openPdf(file, worker), msgPage);
  } catch (e) {
    console.warn(e);
    element.textContent = msgFailed;
  }
}
