// What this browser keeps: the form is that of assistant/web/kept.py, which trusts nothing of it.
// It is read anew before each write, so that two tabs do not undo one another.
const KEY = 'treaty-assistant/conversations';
const SHOWN = 'treaty-assistant/shown';
const MOST = Number('MOST_KEPT'), LARGEST = Number('LARGEST_KEPT');
const LATEST = 'latest';

const read = () => {
  try { return localStorage.getItem(KEY) ?? ''; } catch { return ''; }
};
const conversations = () => {
  try {
    const all = JSON.parse(read()).conversations;
    return all.filter((one) => one && typeof one.id === 'string' && Array.isArray(one.turns));
  } catch { return []; }
};
const write = (all) => {
  const kept = all.slice(0, MOST);
  while (kept.length) {
    const text = JSON.stringify({ version: 1, conversations: kept });
    if (text.length <= LARGEST) {
      try { localStorage.setItem(KEY, text); return; } catch { /* full: the oldest goes */ }
    }
    kept.pop();
  }
  try { localStorage.removeItem(KEY); } catch { /* a browser that keeps nothing */ }
};
const show = (id) => {
  try { sessionStorage.setItem(SHOWN, id); } catch { /* a browser that keeps nothing */ }
};
const shown = () => {
  try {
    const id = sessionStorage.getItem(SHOWN);
    if (id !== null) return id;
  } catch { return ''; }
  return location.hash.startsWith('#/documents/') ? '' : LATEST;
};
const sent = () => {
  const text = read();
  return text.length <= LARGEST ? text : '';
};
const bring = (open, first) => trigger('bring', { kept: sent(), open, first });
const list = () => trigger('listed', { kept: sent() });

watch('value', () => {
  const found = element.querySelector('[data-order]');
  if (!found || element.dataset.done === found.dataset.order) return;
  element.dataset.done = found.dataset.order;
  const order = JSON.parse(found.dataset.order);
  if (order.put) write([order.put, ...conversations().filter((one) => one.id !== order.put.id)]);
  if (order.drop) write(conversations().filter((one) => one.id !== order.drop));
  if (order.clear) write([]);
  // a question asked before the list was there, or another tab, leaves the list behind what is kept
  const shownNow = document.querySelectorAll('#bar button.open').length;
  if (order.put && shownNow !== conversations().length) list();
  if (typeof order.open === 'string') show(order.open);
});
window.addEventListener('treaty-open', (event) => bring(event.detail, false));
window.addEventListener('storage', (event) => {
  if (event.key === KEY || event.key === null) list();
});
bring(shown(), true);
