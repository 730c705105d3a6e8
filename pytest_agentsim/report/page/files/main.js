/* What is shown: the overview, or the call or the two calls that the page's address names. */
const view = { sounds: [], scroll: 0, row: null };

function route() {
  let key = location.hash.slice(1);
  const pair = comparedIn(key);
  try { key = decodeURI(key); } catch { /* no address of ours */ }
  for (const sound of view.sounds) sound.stop();
  view.sounds = [];
  if (pair) openComparison(pair);
  else if (byKey.has(key)) openCall(byKey.get(key));
  else closeCall();
}

function openCall(each) {
  const row = rows.find(({ dataset }) => dataset.key === each.key);
  const listed = shownRows();
  const place = listed.indexOf(row);
  const call = callOf(each);
  const { element, title, sound, line } = callView(call, each.index, [listed[place - 1], place < 0 ? null : listed[place + 1]], row, each);
  showInstead(element, call.title, title);
  Object.assign(view, { sounds: sound ? [sound] : [], row: row || view.row });
  if (line) line.firstLook();
}

/* `side` is the place of what has been chosen anew, and stays focused. */
function openComparison(pair, side = null) {
  const go = (place, each) => {
    const next = place === null ? [pair[1], pair[0]] : pair.map((old, which) => (which === place ? each : old));
    for (const sound of view.sounds) sound.stop();
    history.replaceState(null, '', addressOf(...next));
    openComparison(next, place);
  };
  const { element, title, sounds, lines, name } = comparisonView(pair, go);
  const { scrollX, scrollY } = window;
  showInstead(element, name, title);
  view.sounds = sounds;
  /* Two calls are compared as a whole first, also on a phone. */
  for (const line of lines) if (line) line.fit();
  if (side === null) return;
  scrollTo(scrollX, scrollY);
  all('.side select')[side].focus({ preventScroll: true });
}

function showInstead(element, name, title) {
  if (!one('#overview').hidden) view.scroll = scrollY;
  one('#call').replaceChildren(element);
  one('#overview').hidden = true;
  one('#call').hidden = false;
  document.title = `${name} · ${pageTitle}`;
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
  const fold = target.closest('details');
  if (fold) fold.open = true;
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
