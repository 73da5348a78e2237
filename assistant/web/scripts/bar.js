// The line above the conversation. Whatever drops down from the page closes on Escape and on a click elsewhere.
element.addEventListener('click', (event) => {
  const on = (selector) => event.target.closest(selector);
  let found;
  if (on('button.fresh')) trigger('fresh');
  else if ((found = on('button.delete'))) trigger('drop', { talk: found.dataset.talk });
  else if (on('button.delete-all')) trigger('clear');
  else if ((found = on('button.open'))) window.dispatchEvent(new CustomEvent('treaty-open', { detail: found.dataset.talk }));
});

const dropped = () => [...document.querySelectorAll('details.drop[open]')];
document.addEventListener('click', (event) => {
  for (const one of dropped()) {
    if (!one.contains(event.target) || event.target.closest('button:not(.delete)')) one.open = false;
  }
});
document.addEventListener('keydown', (event) => {
  if (event.key !== 'Escape') return;
  for (const one of dropped()) {
    one.open = false;
    one.querySelector('summary').focus();
  }
});

// Gradio gives a choice of several no placeholder.
for (const [name, words] of [['filter', 'all documents'], ['kinds', 'all kinds']]) {
  const mark = () => document.querySelector(`#${name} input`)?.setAttribute('placeholder', words);
  mark();
  setTimeout(mark, 1000);
}

// A list one deletes from stays open, though it is drawn anew.
let deleting = false;
element.addEventListener('click', (event) => { deleting = event.target.closest('button.delete') !== null; }, true);
watch('value', () => {
  const list = element.querySelector('details.talks');
  if (deleting && list) {
    list.open = true;
    list.querySelector('button.delete').focus();
  }
  deleting = false;
});

document.addEventListener('click', (event) => {
  const found = event.target.closest('button.take');
  if (!found) return;
  const base = location.origin + location.pathname;
  trigger('take', { turn: Number(found.dataset.turn), form: found.dataset.form, base });
});
