/* Which of both is shown: the overview, or the call that the page's address names. */
const view = { sound: null, scroll: 0, row: null };

function route() {
  const key = decodeURI(location.hash.slice(1));
  const row = key ? rows.find((each) => each.dataset.key === key) : null;
  if (view.sound) view.sound.stop();
  view.sound = null;
  if (row) openCall(row);
  else closeCall();
}

function openCall(row) {
  if (!one('#overview').hidden) view.scroll = scrollY;
  const listed = shownRows();
  const place = listed.indexOf(row);
  const { index } = row.dataset;
  const call = JSON.parse(document.getElementById(`call-${index}`).textContent);
  const { element, title, sound, line } = callView(call, index, [listed[place - 1], place < 0 ? null : listed[place + 1]], row);
  one('#call').replaceChildren(element);
  one('#overview').hidden = true;
  one('#call').hidden = false;
  Object.assign(view, { sound, row });
  document.title = `${call.title} · ${pageTitle}`;
  if (line) line.firstLook();
  scrollTo(0, 0);
  title.focus({ preventScroll: true });
}

function closeCall() {
  if (one('#call').hidden) return;
  one('#call').hidden = true;
  one('#call').replaceChildren();
  one('#overview').hidden = false;
  document.title = pageTitle;
  scrollTo(0, view.scroll);
  const opened = view.row && one('a', view.row);
  if (opened) opened.focus({ preventScroll: true });
}

/* To a turn or an expectation of the call that is shown, while the address goes on naming the call. */
document.addEventListener('click', (event) => {
  const link = event.target.closest('[data-jump]');
  const target = link && document.getElementById(link.dataset.jump);
  if (!target) return;
  event.preventDefault();
  const entry = target.closest('tbody');
  if (target.matches('.opens')) {
    if (entry.hidden) clearFilters();
    openEntry(entry);
  }
  target.scrollIntoView({ block: 'center' });
  target.focus({ preventScroll: true });
});

/* On paper nothing can be opened. */
addEventListener('beforeprint', () => { for (const each of all('details:not([open])')) { each.open = true; each.dataset.closed = ''; } });
addEventListener('afterprint', () => { for (const each of all('[data-closed]')) { each.open = false; delete each.dataset.closed; } });

const pageTitle = document.title;
setUpOverview();
addEventListener('hashchange', route);
route();
