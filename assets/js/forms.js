// Forms and small controls.

/** The error summary takes the focus, so that a screen reader starts there. */
export function focus(element) {
  element.focus();
}

/** A second click on the button does not send the form again (the server would answer the same; this is for the eyes). */
export function once(button) {
  button.form?.addEventListener('submit', () => {
    setTimeout(() => { button.disabled = true; }, 0);
    addEventListener('pageshow', () => { button.disabled = false; }, { once: true });
  });
}

export function copy(button) {
  if (!navigator.clipboard) return;
  button.hidden = false;
  const label = button.textContent;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = button.dataset.msgDone;
    setTimeout(() => { button.textContent = label; }, 2000);
  });
}

/** A list that sends its form when changed. */
export function submitOnChange(select) {
  select.addEventListener('change', () => select.form?.requestSubmit());
}

/** Filters: open beside the results on wide screens, sent when a choice changes; typing is sent with the button or Enter. */
export function filters(form) {
  const fold = form.closest('details');
  if (fold && matchMedia('(min-width: 48rem)').matches) fold.open = true;
  form.addEventListener('change', (event) => {
    if (event.target.matches('select, input[type=checkbox], input[type=radio]')) form.requestSubmit();
  });
  form.addEventListener('formdata', (event) => {
    for (const [name, value] of [...event.formData]) if (value === '') event.formData.delete(name); // short addresses
  });
}

/** Asks before leaving a form in which something was typed. */
export function confirmBeforeLeave(form) {
  let changed = false;
  form.addEventListener('input', () => { changed = true; });
  form.addEventListener('submit', () => { changed = false; });
  addEventListener('beforeunload', (event) => { if (changed) event.preventDefault(); });
}
