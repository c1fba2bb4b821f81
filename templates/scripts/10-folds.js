// Opens the fold a link leads into, and all of them for paper.
function openAround(element) {
  for (let fold = element?.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
}

function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) return;
  openAround(target);
  target.scrollIntoView();
}

addEventListener('hashchange', openTarget);
addEventListener('beforeprint', () => {
  for (const fold of all('details')) fold.open = true;
});
if (location.hash.length > 1) openTarget();
