// A progress bar that follows server-sent events; when they break off, the page is asked again now and then.

export function progress(box) {
  const bar = box.querySelector('progress');
  const text = box.querySelector('.rise-progress__text');
  const percent = box.querySelector('.rise-progress__percent');
  if (!box.dataset.events) return;

  const show = (data) => {
    if (typeof data.percent === 'number') {
      bar.value = data.percent;
      percent.textContent = `${data.percent} %`;
    }
    if (data.text) text.textContent = data.text;
    if (data.done) { // 100 % alone is not the end: what was saved last may still have to be closed
      source.close();
      if (box.dataset.next) location.assign(box.dataset.next);
      else location.reload();
    }
  };
  const source = new EventSource(box.dataset.events);
  const listen = (event) => { try { show(JSON.parse(event.data)); } catch { /* a line that is not ours */ } };
  source.onmessage = listen;
  source.addEventListener('progress', listen);
  source.onerror = () => {
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  };
}
