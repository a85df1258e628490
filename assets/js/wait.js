// A part of a page that waits for something outside, such as a phone: the page is asked for again every few seconds, and loaded when that part has
// other words, or when it leads elsewhere. (Without scripts the whole page reloads itself: struct page .refresh.)
const EVERY = 3000;

export function wait(part) {
  const look = async () => {
    try {
      const answer = await fetch(location.href);
      if (answer.redirected) return location.assign(answer.url);
      const now = new DOMParser().parseFromString(await answer.text(), 'text/html').getElementById(part.id);
      if (now?.textContent !== part.textContent) return location.reload();
    } catch { /* the network is away for a moment */ }
    return setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
