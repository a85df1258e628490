// Fields placed on a document's pages, by pointer and by keyboard. Every change is saved at once: the whole list goes to `data-save`, so that a request
// that got lost is made good by the next. Lengths are 1/100 point from a page's upper left corner, as the server keeps them; people see millimetres.
// The table below the editor holds the fields at first and is what is used where scripts do not run.
import { openPdf, showPages } from './pdf-view.js';

const MM = 7200 / 25.4; // 1/100 point in a millimetre
const SIZES = { signature: [60, 20], initials: [25, 12], text: [60, 8], date: [35, 8], check: [6, 6] }; // mm
const LEAST = 500;
const COLOURS = 8;
const SAVE_AFTER = 500; // ms without a change
const RETRY_AFTER = 5000;

const fill = (text, ...values) => text.replace(/\{(\d)\}/g, (_, n) => values[n - 1]);
const mm = (v) => Math.round((v / MM) * 10) / 10;
const clamp = (v, most) => Math.round(Math.max(0, Math.min(v, most)));

class Editor {
  constructor(root, boxes) {
    this.root = root;
    this.boxes = boxes;
    this.msg = root.dataset;
    this.tools = root.querySelector('.rise-place__tools');
    this.signers = new Map([...root.querySelectorAll('[name=place-signer]')].map((r) => [r.value, { number: +r.dataset.number, name: r.dataset.name }]));
    this.kinds = Object.fromEntries([...root.querySelectorAll('[data-add]')].map((b) => [b.dataset.add, b.textContent.replace(/^\+\s*/, '')]));
    this.fields = [...document.querySelectorAll('#fields tbody tr')].map(({ dataset: d }) => ({
      signer: d.signer, kind: d.kind, page: +d.page, x: +d.x, y: +d.y, w: +d.w, h: +d.h, required: d.required === '1', label: d.label,
    }));
    this.undone = [];
    this.done = []; // states before each change
    this.chosen = null;
    this.listen();
    this.draw();
  }

  // ---- pages ----

  page(n) {
    const box = this.boxes[n];
    return { box, width: Math.round(box.pageWidth * 100), height: Math.round(box.pageHeight * 100) };
  }

  /** Within its page, and not smaller than what can be hit. */
  fit(f) {
    const { width, height } = this.page(f.page);
    f.w = Math.max(LEAST, clamp(f.w, width));
    f.h = Math.max(LEAST, clamp(f.h, height));
    f.x = clamp(f.x, width - f.w);
    f.y = clamp(f.y, height - f.h);
  }

  /** The page that fills most of the window. */
  pageInSight() {
    const seen = ({ top, bottom }) => Math.min(bottom, innerHeight) - Math.max(top, 0);
    return this.boxes.reduce((best, box, n) => (seen(box.getBoundingClientRect()) > seen(this.boxes[best].getBoundingClientRect()) ? n : best), 0);
  }

  // ---- drawing ----

  /** What stands on a field; what is read aloud begins with it. */
  called(f) {
    const { number, name } = this.signers.get(f.signer) ?? { number: 0, name: '?' };
    return `${number}. ${name} · ${f.label || this.kinds[f.kind]}`;
  }

  describe(f) {
    return fill(this.msg.msgField, this.called(f), f.page + 1, mm(f.x), mm(f.y), mm(f.w), mm(f.h));
  }

  place(f) {
    const { box, width, height } = this.page(f.page);
    const { element } = f;
    if (element.parentElement !== box) box.append(element);
    const { number } = this.signers.get(f.signer) ?? { number: 0 };
    Object.assign(element.style, { left: `${(100 * f.x) / width}%`, top: `${(100 * f.y) / height}%`, width: `${(100 * f.w) / width}%`, height: `${(100 * f.h) / height}%` });
    element.className = `rise-place__field rise-signer--${number ? ((number - 1) % COLOURS) + 1 : 0}`;
    element.setAttribute('aria-label', this.describe(f));
    element.firstElementChild.textContent = this.called(f);
  }

  add(f) {
    f.element = document.createElement('button');
    f.element.type = 'button';
    f.element.append(...['rise-place__name', 'rise-place__corner'].map((name) => {
      const part = document.createElement('span');
      part.className = name;
      part.setAttribute('aria-hidden', 'true');
      return part;
    }));
    f.element.field = f;
    f.element.addEventListener('focus', () => this.choose(f));
    this.place(f);
  }

  draw() {
    this.root.querySelectorAll('.rise-place__field').forEach((e) => e.remove());
    this.fields.forEach((f) => this.add(f));
    this.choose(null);
  }

  choose(f) {
    this.chosen = f;
    const panel = this.tools.querySelector('.rise-place__chosen');
    panel.hidden = !f;
    if (f) {
      panel.querySelector('.govuk-heading-s').textContent = `${this.kinds[f.kind]} · ${this.signers.get(f.signer)?.name ?? '?'}`;
      for (const input of panel.querySelectorAll('[data-set]')) {
        const key = input.dataset.set;
        if (key === 'required') input.checked = f.required;
        else if (document.activeElement !== input) input.value = key === 'label' ? f.label : key === 'page' ? f.page + 1 : mm(f[key]);
      }
    }
    this.root.querySelectorAll('.rise-place__field').forEach((e) => e.classList.toggle('rise-place__field--chosen', e.field === f));
  }

  // ---- changes ----

  copy() {
    return this.fields.map(({ element, ...f }) => f);
  }

  /** Remembers how it was; what follows is one step of undoing. */
  before() {
    this.done.push(this.copy());
    this.undone = [];
  }

  changed(f) {
    if (f) {
      this.fit(f);
      this.place(f);
      this.choose(f);
    }
    this.tools.querySelector('[data-undo]').disabled = this.done.length === 0;
    this.tools.querySelector('[data-redo]').disabled = this.undone.length === 0;
    this.dirty = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), SAVE_AFTER);
  }

  step(from, to) {
    const state = from.pop();
    if (!state) return;
    to.push(this.copy());
    this.fields = state;
    this.draw();
    this.changed(null);
  }

  addNew(kind) {
    if (this.fields.length >= +this.msg.most) return this.say(this.msg.msgMost);
    const n = this.pageInSight();
    const { box, width, height } = this.page(n);
    const { top } = box.getBoundingClientRect();
    const [w, h] = SIZES[kind].map((v) => v * MM);
    const middle = ((innerHeight / 3 - top) / box.clientHeight) * height; // the tools may lie over the lower part of the window
    const f = {
      signer: this.root.querySelector('[name=place-signer]:checked').value, kind, page: n, w, h, x: (width - w) / 2, y: middle - h / 2,
      required: kind !== 'text' && kind !== 'check', label: '',
    };
    this.before();
    this.fit(f);
    this.fields.push(f);
    this.add(f);
    f.element.focus({ preventScroll: true });
    f.element.scrollIntoView({ block: 'nearest' });
    this.changed(f);
  }

  remove(f) {
    this.before();
    const at = this.fields.indexOf(f);
    this.fields.splice(at, 1);
    f.element.remove();
    this.choose(null);
    this.changed(null);
    this.say(this.msg.msgRemoved);
    (this.fields[Math.min(at, this.fields.length - 1)]?.element ?? this.tools.querySelector('[data-add]')).focus();
  }

  toPage(f, n) {
    if (n < 0 || n >= this.boxes.length || n === f.page) return;
    this.before();
    f.page = n;
    this.changed(f);
    f.element.focus({ preventScroll: true });
    f.element.scrollIntoView({ block: 'center' });
  }

  // ---- keyboard ----

  key(event) {
    const f = event.target.field;
    if ((event.ctrlKey || event.metaKey) && !event.target.matches('input')) {
      const letter = event.key.toLowerCase();
      if (letter === 'z' || letter === 'y') {
        event.preventDefault();
        const redo = letter === 'y' || event.shiftKey;
        this.step(redo ? this.undone : this.done, redo ? this.done : this.undone);
      }
      return;
    }
    if (!f) return;
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (way) {
      if (this.moving !== f) this.before(); // a run of key presses is one step
      this.moving = f;
      if (event.shiftKey) {
        f.w += way[0] * MM;
        f.h += way[1] * MM;
      } else {
        f.x += way[0] * MM;
        f.y += way[1] * MM;
      }
      this.changed(f);
      this.say(this.describe(f));
    } else if (event.key === 'Delete' || event.key === 'Backspace') this.remove(f);
    else if (event.key === 'PageUp' || event.key === 'PageDown') this.toPage(f, f.page + (event.key === 'PageUp' ? -1 : 1));
    else return;
    event.preventDefault();
  }

  // ---- pointer ----

  grab(event) {
    const element = event.target.closest('.rise-place__field');
    if (!element || event.button !== 0) return;
    const f = element.field;
    const resize = event.target.classList.contains('rise-place__corner');
    const start = { x: event.clientX, y: event.clientY, f: { ...f } };
    let moved = false;
    const move = (e) => {
      const { box, width } = this.page(f.page);
      const scale = width / box.clientWidth;
      const dx = (e.clientX - start.x) * scale;
      const dy = (e.clientY - start.y) * scale;
      if (!moved && Math.hypot(e.clientX - start.x, e.clientY - start.y) < 3) return;
      if (!moved) this.before();
      moved = true;
      if (resize) Object.assign(f, { w: start.f.w + dx, h: start.f.h + dy });
      else Object.assign(f, { x: start.f.x + dx, y: start.f.y + dy });
      this.drop(f, e, resize);
      this.fit(f);
      this.place(f);
    };
    const end = () => {
      element.removeEventListener('pointermove', move);
      element.removeEventListener('pointerup', end);
      element.removeEventListener('pointercancel', end);
      if (moved) this.changed(f);
    };
    element.setPointerCapture(event.pointerId);
    element.addEventListener('pointermove', move);
    element.addEventListener('pointerup', end);
    element.addEventListener('pointercancel', end);
    element.focus({ preventScroll: true });
    event.preventDefault();
  }

  /** Dragged over another page: it lies there from now on, at the same place under the pointer. */
  drop(f, event, resize) {
    if (resize) return;
    const n = this.boxes.findIndex((box) => {
      const { top, bottom } = box.getBoundingClientRect();
      return event.clientY >= top && event.clientY <= bottom;
    });
    if (n < 0 || n === f.page) return;
    const from = this.page(f.page).box.getBoundingClientRect();
    const to = this.page(n).box.getBoundingClientRect();
    f.y += ((from.top - to.top) / to.height) * this.page(n).height;
    f.page = n;
  }

  // ---- the controls ----

  listen() {
    const first = this.root.querySelector('[name=place-signer]');
    if (first) first.checked = true;
    this.root.addEventListener('keydown', (e) => this.key(e));
    this.root.addEventListener('pointerdown', (e) => this.grab(e));
    // A finger that rests on a field before it drags would open a menu.
    this.root.addEventListener('contextmenu', (e) => { if (e.target.closest('.rise-place__field')) e.preventDefault(); });
    this.root.addEventListener('focusout', () => { this.moving = null; });
    this.root.addEventListener('click', ({ target }) => {
      const button = target.closest('button');
      if (button?.dataset.add) this.addNew(button.dataset.add);
      else if (button?.dataset.undo !== undefined) this.step(this.done, this.undone);
      else if (button?.dataset.redo !== undefined) this.step(this.undone, this.done);
      else if (button?.dataset.remove !== undefined && this.chosen) this.remove(this.chosen);
    });
    this.root.addEventListener('change', ({ target }) => {
      const key = target.dataset.set;
      const f = this.chosen;
      if (!key || !f) return;
      if (key === 'page') return this.toPage(f, target.value - 1);
      this.before();
      if (key === 'required') f.required = target.checked;
      else if (key === 'label') f.label = target.value.trim();
      else f[key] = target.value * MM;
      this.changed(f);
    });
    addEventListener('beforeunload', (event) => { if (this.dirty) event.preventDefault(); });
  }

  say(text) {
    this.tools.querySelector('[data-say]').textContent = text;
  }

  status(text) {
    this.tools.querySelector('.rise-place__status').textContent = text;
  }

  // ---- saving ----

  async save() {
    if (this.saving) {
      this.again = true;
      return;
    }
    this.saving = true;
    this.dirty = false; // a change from now on makes it so again
    this.status(this.msg.msgSaving);
    try {
      const body = new URLSearchParams({ fields: JSON.stringify(this.copy()), csrf: document.querySelector('input[name=csrf]').value });
      const answer = await fetch(this.msg.save, { method: 'POST', headers: { accept: 'application/json' }, body });
      if (!answer.ok) {
        const problem = await answer.json().catch(() => ({}));
        this.dirty = true;
        this.status(`${this.msg.msgUnsaved} ${problem.errors?.[0]?.detail ?? problem.detail ?? problem.title ?? answer.status}`);
      } else if (!this.dirty) this.status(this.msg.msgSaved);
    } catch {
      this.dirty = true;
      this.status(this.msg.msgOffline);
      this.timer = setTimeout(() => this.save(), RETRY_AFTER);
    } finally {
      this.saving = false;
      if (this.again) {
        this.again = false;
        this.save();
      }
    }
  }
}

export async function placeFields(root) {
  const pages = root.querySelector('.rise-place__pages');
  try {
    const boxes = await showPages(pages, await openPdf(root.dataset.file, root.dataset.worker), root.dataset.msgPage);
    new Editor(root, boxes);
    root.querySelector('.rise-place__tools').hidden = false;
    root.dataset.ready = '';
    document.querySelector('[data-without-script]').hidden = true;
  } catch (e) {
    console.warn(e);
    pages.textContent = root.dataset.msgFailed;
  }
}
