/* The table of all calls: filters, search, order, and the runs of an item that stand together. */
const table = one('.calls table');
const entries = all('tbody', table);
const rows = all('tr.call', table);
const filters = all('[data-filter]');
const search = one('[data-search]');
const FIRST = 'outcome';
/* What somebody has opened or closed by hand. */
const opened = new Map();

function isWanted(row) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => row.dataset.search.includes(word)) && filters.every(({ dataset, value }) => {
    if (!value) return true;
    return dataset.filter === 'tag' ? row.dataset.tags.split('\n').includes(value) : row.dataset[dataset.filter] === value;
  });
}

/* In the order of the table, also those of an item whose runs are closed. */
const shownRows = () => all('tr.call', table).filter((row) => !row.hidden);

function filterRows() {
  for (const row of rows) row.hidden = !isWanted(row);
  entries.forEach(showEntry);
  const shown = rows.filter((row) => !row.hidden).length;
  one('[data-count]').textContent = shown === rows.length ? `${shown} calls` : `${shown} of ${rows.length} calls`;
  one('[data-nothing]').hidden = shown > 0;
  const outcome = filters.find(({ dataset }) => dataset.filter === 'outcome');
  for (const figure of all('[data-outcome][aria-pressed]'))
    figure.setAttribute('aria-pressed', String(Boolean(outcome) && outcome.value === figure.dataset.outcome));
}

/* Runs are open where somebody has opened them, and where they are what has been looked for. */
function showEntry(entry) {
  const runs = all('tr.call', entry);
  const shown = runs.filter((row) => !row.hidden).length;
  entry.hidden = !shown;
  const button = one('.opens', entry);
  if (!button) return;
  const isOpen = opened.get(entry) ?? shown < runs.length;
  entry.classList.toggle('closed', !isOpen);
  button.setAttribute('aria-expanded', String(isOpen));
}

function openEntry(entry, isOpen = true) {
  opened.set(entry, isOpen);
  showEntry(entry);
}

/* What is sorted as a number, and which end of it comes first. */
const NUMBERS = { outcome: ['order', 1], flakiness: ['flakiness', -1], turns: ['turns', 1], duration: ['duration', 1], latency: ['latency', 1] };

function sortEntries(sort, isTurned) {
  const [name, sign] = NUMBERS[sort] || [];
  const direction = (isTurned ? -1 : 1) * (sign || 1);
  const compare = name
    ? (a, b) => Number(a.dataset[name]) - Number(b.dataset[name])
    : (a, b) => a.dataset[sort].localeCompare(b.dataset[sort], undefined, { numeric: true });
  table.append(...[...entries].sort((a, b) => direction * compare(a, b) || a.dataset.index - b.dataset.index));
  for (const heading of all('thead th', table)) {
    const isThis = one('button', heading).dataset.sort === sort;
    if (isThis) heading.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
    else heading.removeAttribute('aria-sort');
  }
}

function sortByHeading(heading) {
  const { sort } = one('button', heading).dataset;
  const first = (NUMBERS[sort] || [])[1] === -1 ? 'descending' : 'ascending';
  sortEntries(sort, heading.getAttribute('aria-sort') === first);
}

function clearFilters() {
  for (const each of filters) each.value = '';
  search.value = '';
  filterRows();
}

function setUpOverview() {
  for (const each of filters) each.addEventListener('change', filterRows);
  search.addEventListener('input', filterRows);
  for (const button of all('[data-sort]')) button.addEventListener('click', () => sortByHeading(button.closest('th')));
  const order = one('[data-sorted]');
  order.addEventListener('change', () => sortEntries(order.value, order.value in { latency: 1, duration: 1 }));
  for (const figure of all('button[data-outcome]')) figure.addEventListener('click', () => {
    const outcome = filters.find(({ dataset }) => dataset.filter === 'outcome');
    if (!outcome) return;
    outcome.value = outcome.value === figure.dataset.outcome ? '' : figure.dataset.outcome;
    filterRows();
  });
  one('[data-clear]').addEventListener('click', () => { clearFilters(); search.focus(); });
  one('[data-skip]').addEventListener('click', (event) => { event.preventDefault(); one('#calls').focus(); });
  table.addEventListener('click', (event) => {
    const row = event.target.closest('tbody tr');
    if (!row || row.matches('.whole') || event.target.closest('a') || String(getSelection())) return;
    if (row.matches('.together')) openEntry(row.parentElement, row.parentElement.matches('.closed'));
    else location.hash = encodeURI(row.dataset.key);
  });
  /* On a phone the calls come first, and what is worth a look is a tap away. */
  if (matchMedia('(max-width: 40rem)').matches) for (const each of all('aside details, .more')) each.open = false;
  order.value = FIRST;
  sortEntries(FIRST);
  /* A browser that comes back to the page fills in what was there. */
  filterRows();
}
