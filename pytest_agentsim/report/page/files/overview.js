/* The table of all calls: filters, search, order. */
const rows = all('tbody tr', one('#overview'));
const filters = all('[data-filter]');
const search = one('[data-search]');

function isWanted(row) {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  return words.every((word) => row.dataset.search.includes(word)) && filters.every(({ dataset, value }) => {
    if (!value) return true;
    return dataset.filter === 'tag' ? row.dataset.tags.split('\n').includes(value) : row.dataset[dataset.filter] === value;
  });
}

const shownRows = () => all('tbody tr', one('#overview')).filter((row) => !row.hidden);

function filterRows() {
  for (const row of rows) row.hidden = !isWanted(row);
  const shown = shownRows().length;
  one('[data-count]').textContent = shown === rows.length ? `${shown} calls` : `${shown} of ${rows.length} calls`;
  one('[data-nothing]').hidden = shown > 0;
  const outcome = filters.find(({ dataset }) => dataset.filter === 'outcome');
  for (const figure of all('[data-outcome][aria-pressed]'))
    figure.setAttribute('aria-pressed', String(Boolean(outcome) && outcome.value === figure.dataset.outcome));
}

const NUMBERS = { outcome: 'order', turns: 'turns', duration: 'duration', latency: 'latency' };

function sortRows(heading) {
  const { sort } = one('button', heading).dataset;
  const direction = heading.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
  for (const each of all('th[aria-sort]')) each.removeAttribute('aria-sort');
  heading.setAttribute('aria-sort', direction === 1 ? 'ascending' : 'descending');
  const compare = sort in NUMBERS
    ? (a, b) => Number(a.dataset[NUMBERS[sort]]) - Number(b.dataset[NUMBERS[sort]])
    : (a, b) => a.dataset[sort].localeCompare(b.dataset[sort], undefined, { numeric: true });
  one('#overview tbody').append(...rows.sort((a, b) => direction * compare(a, b) || a.dataset.index - b.dataset.index));
}

function setUpOverview() {
  for (const each of filters) each.addEventListener('change', filterRows);
  search.addEventListener('input', filterRows);
  for (const button of all('[data-sort]')) button.addEventListener('click', () => sortRows(button.closest('th')));
  for (const figure of all('button[data-outcome]')) figure.addEventListener('click', () => {
    const outcome = filters.find(({ dataset }) => dataset.filter === 'outcome');
    if (!outcome) return;
    outcome.value = outcome.value === figure.dataset.outcome ? '' : figure.dataset.outcome;
    filterRows();
  });
  one('[data-clear]').addEventListener('click', () => {
    for (const each of filters) each.value = '';
    search.value = '';
    filterRows();
    search.focus();
  });
  one('[data-skip]').addEventListener('click', (event) => { event.preventDefault(); one('#calls').focus(); });
  one('#overview tbody').addEventListener('click', (event) => {
    if (event.target.closest('a') || String(getSelection())) return;
    location.hash = encodeURI(event.target.closest('tr').dataset.key);
  });
  /* On a phone the calls come first, and what is worth a look is a tap away. */
  if (matchMedia('(max-width: 40rem)').matches) for (const each of all('aside details, .more')) each.open = false;
  sortRows(one('th[aria-sort]'));
  sortRows(one('th[aria-sort]'));
  /* A browser that comes back to the page fills in what was there. */
  filterRows();
}
