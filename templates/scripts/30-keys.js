// Steps from finding to finding with j and k.
function step(by) {
  const list = visible();
  const edge = 40;
  const tops = list.map((finding) => finding.getBoundingClientRect().top);
  const next =
    by > 0 ? tops.findIndex((top) => top > edge) : tops.findLastIndex((top) => top < -edge);
  const finding = list[next];
  if (finding === undefined) return;
  finding.scrollIntoView();
  finding.querySelector('.label').focus({ preventScroll: true });
}

addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, textarea')) return;
  if (event.key === 'j') step(1);
  if (event.key === 'k') step(-1);
});
