// The example questions: a number is sent, the words stay with the server.
element.addEventListener('click', (event) => {
  const button = event.target.closest('button.example');
  if (button) trigger('example', { number: Number(button.dataset.example) });
});
