// The list of reports: sorted by the head of a column, searched by words.
const list = one('.index');

function valueOf(row, column, kind) {
  const cell = row.cells[column];
  if (kind === 'text') return cell.textContent.trim().toLowerCase();
  return cell.dataset.value === '' ? null : Number(cell.dataset.value);
}

/** What a row does not have comes last, however the list is sorted. */
function sortRows(column, kind, down) {
  const rows = [...list.tBodies[0].rows].map((row) => ({ row, value: valueOf(row, column, kind) }));
  const isMissing = (value) => value === null || value === '';
  rows.sort((a, b) => {
    if (isMissing(a.value) || isMissing(b.value)) return isMissing(a.value) - isMissing(b.value);
    const order = a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
    return down ? -order : order;
  });
  list.tBodies[0].append(...rows.map(({ row }) => row));
}

function makeSortable(head, column) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'sort';
  button.textContent = head.textContent;
  button.addEventListener('click', () => {
    const down = head.getAttribute('aria-sort') === 'ascending' || (head.ariaSort === null && head.dataset.kind === 'number');
    for (const other of list.tHead.rows[0].cells) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', down ? 'descending' : 'ascending');
    sortRows(column, head.dataset.kind, down);
  });
  head.replaceChildren(button);
}

function searchRows(box) {
  const words = wordsOf(box.querySelector('input').value);
  const rows = [...list.tBodies[0].rows];
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !words.every((word) => text.includes(word));
  }
  const count = rows.filter((row) => !row.hidden).length;
  box.querySelector('[role="status"]').textContent = words.length === 0 ? '' : `${count} of ${rows.length} shown`;
}

if (list !== null) {
  [...list.tHead.rows[0].cells].forEach(makeSortable);
  list.tHead.rows[0].cells[0].setAttribute('aria-sort', 'descending');
  const box = one('.index-search');
  box.hidden = false;
  box.querySelector('input').addEventListener(
    'input',
    settle(() => searchRows(box), 80),
  );
}
