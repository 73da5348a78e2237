const box = () => element.querySelector('.lib-drop');
const size = (bytes) => bytes > 999999 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.ceil(bytes / 1e3)} kB`;
let busy = false;
const send = async (files) => {
  if (busy || !files.length) return;
  busy = true;
  const sent = [], told = () => box().querySelector('.lib-sending');
  box().classList.add('busy');
  for (const [n, file] of [...files].entries()) {
    told().textContent = `Sending ${n + 1} of ${files.length}: ${file.name} (${size(file.size)})`;
    const one = {name: file.name, size: file.size, path: ''};
    if (file.size <= Number(box().dataset.most)) {
      try { one.path = (await upload(file)).path; } catch (error) { one.path = ''; }
    }
    sent.push(one);
  }
  told().textContent = '';
  box().classList.remove('busy', 'over');
  busy = false;
  trigger('dropped', {files: sent});
};
element.addEventListener('change', (event) => {
  const input = event.target.closest('input[type="file"]');
  if (!input) return;
  const chosen = [...input.files];
  input.value = '';
  send(chosen);
});
element.addEventListener('dragover', (event) => {
  event.preventDefault();
  box().classList.add('over');
});
element.addEventListener('dragleave', (event) => {
  if (!element.contains(event.relatedTarget)) box().classList.remove('over');
});
element.addEventListener('drop', (event) => {
  event.preventDefault();
  box().classList.remove('over');
  const dropped = [...event.dataTransfer.files];
  send(box().querySelector('input').multiple ? dropped : dropped.slice(0, 1));
});
element.addEventListener('click', (event) => {
  const button = event.target.closest('button[data-do="keep"]');
  if (button) trigger('keep', {});
});
watch('value', () => {
  if (box()?.dataset.focus !== '1') return;
  box().scrollIntoView({block: 'center'});
  box().querySelector('input').focus({preventScroll: true});
});
