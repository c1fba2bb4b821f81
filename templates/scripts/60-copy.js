// A copy button on every patch that stands on the page as it was handed in.
function patchOf(figure) {
  return all('.line', figure)
    .map((line) => (line.matches('.head') ? '' : line.dataset.n) + line.textContent)
    .join('\n')
    .concat('\n');
}

async function copy(text) {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text);
  const area = document.createElement('textarea');
  area.className = 'unseen';
  area.value = text;
  document.body.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (!done) throw new Error('The browser does not copy.');
}

for (const figure of all('figure[data-copy]')) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'copy';
  button.textContent = 'Copy';
  button.setAttribute('aria-label', 'Copy the patch');
  const said = document.createElement('span');
  said.setAttribute('role', 'status');
  said.className = 'unseen';
  const back = settle(() => {
    button.textContent = 'Copy';
    said.textContent = '';
  }, 2500);
  const say = (word, sentence) => {
    button.textContent = word;
    said.textContent = sentence;
    back();
  };
  button.addEventListener('click', () =>
    copy(patchOf(figure)).then(
      () => say('Copied', 'The patch is copied.'),
      () => {
        getSelection().selectAllChildren(figure.querySelector('code'));
        say('Selected', 'The browser did not copy; the patch is selected.');
      },
    ),
  );
  figure.querySelector('figcaption').append(button, said);
}
