// Folds: opened around what a link leads to, all of them for paper, and by key.
function openAround(element) {
  for (let fold = element?.closest('details'); fold; fold = fold.parentElement.closest('details')) fold.open = true;
}

/** Opens all when one is closed, else closes all. */
function toggleFolds(folds) {
  const open = folds.some((fold) => !fold.open);
  for (const fold of folds) fold.open = open;
}

function targetOf(hash) {
  try {
    return document.getElementById(decodeURIComponent(hash.slice(1)));
  } catch {
    return null;
  }
}

/** Shows what the address names, also when a filter or a fold hides it. */
function openTarget() {
  const target = location.hash.length > 1 ? targetOf(location.hash) : null;
  if (target === null) return;
  if (target.closest('.finding')?.hidden) showAll();
  openAround(target);
  if (target.matches('details')) target.open = true;
  bringToTop(target.closest('.finding-head') ?? target);
}

let openedForPaper = [];
addEventListener('beforeprint', () => {
  openedForPaper = all('details:not([open])');
  for (const fold of openedForPaper) fold.open = true;
});
addEventListener('afterprint', () => {
  for (const fold of openedForPaper) fold.open = false;
});
