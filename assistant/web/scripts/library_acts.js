element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do]');
  if (!button || button.disabled) return;
  button.disabled = true;
  setTimeout(() => { button.disabled = false; }, 2000);
  trigger('act', {act: button.dataset.do, id: button.dataset.id});
});
element.addEventListener('toggle', (event) => {
  const sure = event.target.matches('details.lib-sure[open]') && event.target;
  if (!sure) return;
  for (const other of element.querySelectorAll('details.lib-sure[open]')) if (other !== sure) other.open = false;
}, true);
