// The conversation: one listener for all its buttons. They send numbers; the words stay with the server.
const number = (from, name) => Number(from.dataset[name]);
const question = () => document.querySelector('#question textarea');
const turnOf = (from) => ({ turn: number(from, 'turn') });

element.addEventListener('click', (event) => {
  const on = (selector) => event.target.closest(selector);
  let found;
  if ((found = on('button.show'))) trigger('show', { ...turnOf(found), quote: number(found, 'quote') });
  else if (on('button.stop')) trigger('stop');
  else if ((found = on('button.again'))) trigger('again', turnOf(found));
  else if ((found = on('button.choice'))) trigger('choice', { ...turnOf(found), choice: number(found, 'choice') });
  else if ((found = on('button.judge'))) trigger('judge', { ...turnOf(found), liked: found.dataset.liked === '1' });
  else if ((found = on('button.copy'))) copy(found);
  else if ((found = on('a.leads'))) {
    event.preventDefault();
    const entry = document.getElementById(found.getAttribute('href').slice(1));
    for (let box = entry; box; box = box.parentElement.closest('details')) box.open = true;
    entry.scrollIntoView({ block: 'nearest' });
    entry.querySelector('summary').focus({ preventScroll: true });
  }
});

element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  const box = form.querySelector('textarea');
  const words = box.value.trim();
  if (!words) return box.focus();
  form.closest('details').open = false;
  if (form.matches('.reask')) trigger('reask', { ...turnOf(form), question: words });
  if (form.matches('.remark')) {
    trigger('remark', { ...turnOf(form), note: words });
    box.value = '';
  }
});

// A box opens with the question as it stands, whatever was typed into it before.
element.addEventListener('toggle', (event) => {
  if (!event.target.matches('details.edit[open], details.note[open]')) return;
  const box = event.target.querySelector('textarea');
  box.value = box.defaultValue;
  box.focus();
}, true);

element.addEventListener('keydown', (event) => {
  const form = event.target.closest('form');
  if (!form) return;
  if (event.key === 'Enter' && !event.shiftKey && !event.isComposing && event.target.matches('textarea')) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.key === 'Escape') {
    event.stopPropagation();
    const box = form.closest('details');
    box.open = false;
    box.querySelector('summary').focus();
  }
});

// Escape stops a question, unless it closes a list of choices first.
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape' || event.defaultPrevented) return;
  if (event.target.closest('[aria-expanded="true"]') || document.querySelector('details.drop[open]')) return;
  if (element.querySelector('button.stop')) trigger('stop');
});

const told = (words, shown) => window.dispatchEvent(new CustomEvent('treaty-told', { detail: { words, shown } }));

async function copy(button) {
  const figure = button.closest('figure');
  const text = `\u201c${figure.querySelector('blockquote').textContent}\u201d \u2014 ${figure.dataset.cited}`;
  const done = await written(text);
  told(done ? 'Copied' : 'Not copied: the browser refused. Select the words and copy them by hand', true);
}

async function written(text) {
  // a page served over plain http to another machine has no clipboard of the modern sort
  if (navigator.clipboard && window.isSecureContext) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { /* refused: the older way may still be allowed */ }
  }
  const held = document.activeElement;
  const box = document.createElement('textarea');
  box.value = text;
  box.className = 'unseen';
  box.setAttribute('aria-hidden', 'true');
  document.body.append(box);
  box.select();
  let done = false;
  try { done = document.execCommand('copy'); } catch { done = false; }
  box.remove();
  held?.focus({ preventScroll: true });
  return done;
}

function bringUp(turn) {
  const box = element.closest('#conversation');
  const top = turn.getBoundingClientRect().top - 8;
  if (getComputedStyle(box).overflowY === 'auto') box.scrollTop += top - box.getBoundingClientRect().top;
  else window.scrollBy(0, top);
}

// Back to the question box, unless the visitor has gone elsewhere; not by touch, where a keyboard would cover the answer.
function returnFocus() {
  const at = document.activeElement;
  // an example that was pressed goes away, but maybe after its answer has come
  const idle = !at || at === document.body || element.contains(at) || at.closest('#examples');
  if (idle && window.matchMedia('(pointer: fine)').matches) question()?.focus({ preventScroll: true });
}

watch('value', () => {
  const last = element.querySelector('article.turn:last-of-type');
  const state = last ? last.dataset.turn + last.dataset.state : '';
  const before = element.dataset.state ?? '';
  element.dataset.state = state;
  if (!last || before === state) return;
  bringUp(last);
  // what was kept and is shown again is no news; what has been asked for is
  if (before !== `${last.dataset.turn}progress`) return;
  if (last.dataset.said) told(last.dataset.said, false);
  returnFocus();
});
