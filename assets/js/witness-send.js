// Sends a recording in pieces while it is made. A network that breaks off is waited for, and what the server has already is not sent again.
const PIECE = 128 << 10; // bytes
const WAIT_MS = [500, 1000, 2000, 4000, 8000];
const TRIES = 40; // some five minutes

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
export class Refused extends Error {
  constructor(problem) {
    super(problem.detail ?? '');
    this.problem = problem;
  }
}

// An answer, or Refused with the server's words; only a network that is away, or a server that is busy, is tried again.
export async function ask(path, options) {
  for (let i = 0; ; i++) {
    try {
      const answer = await fetch(path, { ...options, headers: { accept: 'application/json', ...options?.headers } });
      if (answer.ok) return await answer.json();
      if (answer.status < 500 && answer.status !== 429) throw new Refused(await answer.json().catch(() => ({})));
    } catch (e) {
      if (e instanceof Refused) throw e;
    }
    if (i + 1 === TRIES) throw new Error('network');
    await pause(WAIT_MS[Math.min(i, WAIT_MS.length - 1)]);
  }
}

export function sender(api, kind, progress) {
  const pieces = []; // cut once, so that a piece sent again is the same
  let waiting = [], size = 0, sent = 0, running = null, failure = null;

  const cut = (all) => {
    let blob = new Blob(waiting);
    while (blob.size >= PIECE || (all && blob.size > 0)) {
      pieces.push(blob.slice(0, PIECE));
      blob = blob.slice(PIECE);
    }
    waiting = blob.size ? [blob] : [];
  };
  const pump = async () => {
    while (sent < pieces.length) {
      const { next } = await ask(`${api}/pieces/${kind}/${sent}`, { method: 'POST', headers: { 'content-type': 'application/octet-stream' }, body: pieces[sent] });
      sent = next;
      progress();
    }
  };
  const go = () => {
    running ??= pump().catch((e) => { failure = e; }).finally(() => { running = null; });
    return running;
  };
  return {
    add(blob) {
      if (!blob.size) return;
      size += blob.size;
      waiting.push(blob);
      cut(false);
      go();
    },
    left: () => pieces.length - sent,
    // All of it is with the server: its SHA-256, "" when there was nothing.
    async finish() {
      cut(true);
      while (!failure && sent < pieces.length) await go();
      if (failure) throw failure;
      if (!size) return '';
      const digest = await crypto.subtle.digest('SHA-256', await new Blob(pieces).arrayBuffer());
      return [...new Uint8Array(digest)].map((b) => b.toString(16).padStart(2, '0')).join('');
    },
  };
}
