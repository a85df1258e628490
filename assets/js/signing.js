// What the pages of signing do in the browser. Each form names its module; without JavaScript it shows how to sign with any tool instead.
//
//   signing-enrol        a key of this device is made; hidden field `request` gets the PKCS#10
//   signing-choose       data-keys="fingerprint …": the one in this browser goes into the hidden field `key`; parts with data-when="here" or
//                        data-when="absent" are shown accordingly
//   signing-sign         data-key, data-to-sign: hidden field `signature` gets the signature; with data-once the key is forgotten afterwards
//   signing-certificate  a file field and a password field without names; hidden field `certificates` gets base64 DER with spaces between, the
//                        signer's own first; the key stays here for the next page's signing-sign, whose data-key is its fingerprint
//
// What fails is said in the form's [data-failure] by data-msg-WORD (signing-key.js and pkcs12.js have the words; data-msg-other is for the rest);
// more about it may stand in [data-failure-of=WORD].
import { KeyError, createKey, find, forget, request, sign } from './signing-key.js';

function say(form, error) {
  const box = form.querySelector('[data-failure]');
  const word = error instanceof KeyError ? error.word : 'other';
  const name = `msg${word[0].toUpperCase()}${word.slice(1)}`;
  box.textContent = form.dataset[name] ?? form.dataset.msgOther;
  box.hidden = false;
  for (const more of form.querySelectorAll('[data-failure-of]')) more.hidden = more.dataset.failureOf !== word;
  box.focus();
}

// Work first, then the form goes out as it is.
function before(form, work) {
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = event.submitter ?? form.querySelector('[type=submit]');
    button.disabled = true;
    try {
      await work(form.elements);
      form.submit();
    } catch (error) {
      button.disabled = false;
      say(form, error);
    }
  });
}

const starters = {
  'signing-enrol': (form) => before(form, async (fields) => { fields.request.value = await request(await createKey()); }),

  'signing-choose': async (form) => {
    const key = await find(form.dataset.keys.split(' ')).catch(() => undefined);
    if (key) form.elements.key.value = key;
    for (const part of form.querySelectorAll('[data-when]')) part.hidden = (part.dataset.when === 'here') !== Boolean(key);
  },

  'signing-sign': (form) => before(form, async (fields) => {
    fields.signature.value = await sign(form.dataset.key, form.dataset.toSign);
    if ('once' in form.dataset) await forget(form.dataset.key);
  }),

  'signing-certificate': (form) => before(form, async (fields) => {
    const { openPkcs12 } = await import('./pkcs12.js'); // large: only for those who bring a certificate
    const bytes = await form.querySelector('[type=file]').files[0].arrayBuffer();
    fields.certificates.value = (await openPkcs12(bytes, form.querySelector('[type=password]').value)).certificates.join(' ');
  }),
};

export function start(form) {
  for (const part of form.querySelectorAll('[data-script]')) part.hidden = false; // what only works with this module
  return starters[form.dataset.module]?.(form);
}
