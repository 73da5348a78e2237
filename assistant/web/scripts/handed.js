// Files handed over, and words said once: to those who hear the page by the live region, to others for a while.
const SECONDS = 4;
const region = document.createElement('p');
region.id = 'told';
region.setAttribute('role', 'status');
region.setAttribute('aria-live', 'polite');
const note = document.createElement('p');
note.id = 'toast';
note.setAttribute('aria-hidden', 'true');
region.className = 'unseen';
element.closest('.gradio-container').append(region, note);

let timer;
const say = (words, shown) => {
  // the same words twice are only heard twice if the region was empty between
  region.textContent = '';
  setTimeout(() => { region.textContent = words; }, 50);
  if (!shown) return;
  note.textContent = words;
  note.classList.add('up');
  clearTimeout(timer);
  timer = setTimeout(() => note.classList.remove('up'), SECONDS * 1000);
};
// the outcome of a question is on the page already, so it is only said
window.addEventListener('treaty-told', ({ detail }) => say(detail.words, detail.shown));

watch('value', () => {
  const found = element.firstElementChild;
  if (!found || element.dataset.number === found.dataset.number) return;
  element.dataset.number = found.dataset.number;
  if (found.dataset.told) return say(found.dataset.told, true);
  const bytes = Uint8Array.from(atob(found.dataset.content), (one) => one.charCodeAt(0));
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([bytes], { type: found.dataset.type }));
  link.download = found.dataset.name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  say(`Saved as ${found.dataset.name}`, true);
});
