/* Two calls of a scenario side by side: where they part, and what came of it. */
const COMPARISON = 'compare:';
const known = JSON.parse(document.getElementById('known').textContent);
const byKey = new Map(known.map((each) => [each.key, each]));
const WHO = { caller: 'Caller', agent: 'Agent', tool: 'Function call' };

const addressOf = (first, second) => `#${COMPARISON}${encodeURIComponent(first.key)}&${encodeURIComponent(second.key)}`;
const callOf = ({ index }) => JSON.parse(document.getElementById(`call-${index}`).textContent);
const comparableWith = (one) => known.filter((each) => each.scenario === one.scenario && each !== one && each.outcome !== 'unfinished');

function comparedIn(hash) {
  if (!hash.startsWith(COMPARISON)) return null;
  try {
    const pair = hash.slice(COMPARISON.length).split('&').map((each) => byKey.get(decodeURIComponent(each)));
    return pair.length === 2 && pair.every(Boolean) ? pair : null;
  } catch { return null; }
}

/* What tells a call from the others of its scenario. */
function nameOf(each, others) {
  const differs = (field) => others.some((other) => other[field] !== each[field]);
  const parts = [
    differs('channel') ? each.channel : '', differs('personality') ? each.personality : '',
    each.isRepeated || differs('run') ? `run ${each.run}` : '',
    each.from,
  ].filter(Boolean);
  const name = parts.join(', ') || (others.some((other) => other.from) ? 'this report' : each.item);
  return name[0].toUpperCase() + name.slice(1);
}

/* The call that somebody most likely wants to see beside this one. */
function partnerOf(each, others) {
  const same = (field) => (other) => other[field] === each[field];
  const likely = others.filter((other) => same('channel')(other) && same('personality')(other));
  return likely.find((other) => other.from !== each.from && same('item')(other) && same('run')(other))
    || likely.find((other) => other.passed !== null && other.passed !== each.passed) || likely[0] || others[0];
}

function choice(label, chosen, others, react) {
  const every = [...others, ...(chosen && !others.includes(chosen) ? [chosen] : [])].sort((a, b) => a.index - b.index);
  const option = (each) => make('option', { value: each.key, selected: each === chosen }, `${nameOf(each, known.filter((other) => other.scenario === each.scenario))}: ${each.words}`);
  const runs = [...new Set(every.map((each) => each.from))];
  return make('select', { 'aria-label': label, on: react ? { change: react } : {} },
    runs.length === 1 ? every.map(option) : runs.map((run) => make('optgroup', { label: run || 'This report' }, every.filter((each) => each.from === run).map(option))));
}

/* In a call: what it can be compared with. */
function comparisonChoice(each) {
  const others = each ? comparableWith(each) : [];
  if (!others.length || each.outcome === 'unfinished') return '';
  const select = choice('Compare with', partnerOf(each, others), others);
  return make('p', { class: 'compare-with' }, make('span', { class: 'note' }, 'Compare with'), select,
    make('button', { type: 'button', class: 'button', on: { click: () => { location.hash = addressOf(each, byKey.get(select.value)); } } }, 'Compare'));
}

function sideCard(side, pair, calls, place, go) {
  const [each, call] = [pair[place], calls[place]];
  const others = known.filter((other) => other.scenario === each.scenario && other !== pair[1 - place] && other.outcome !== 'unfinished');
  const missed = (call.expectations || []).find((expectation) => !expectation.passed);
  const facts = (call.facts || []).filter(([name]) => ['End', 'Began', 'Duration', 'Seed'].includes(name));
  return make('section', { class: `card side side-${side.toLowerCase()}`, 'aria-label': `Call ${side}` },
    make('p', { class: 'side-head' }, chip(side), choice(`Call ${side}`, each, others, (event) => go(place, byKey.get(event.target.value)))),
    make('p', { class: 'call-outcome' }, badge(call.outcome, call.words), make('a', { href: `#${encodeURI(each.key)}` }, 'Open this call')),
    call.message || missed ? make('p', { class: 'message bad' }, call.message || missed.message) : '',
    make('dl', { class: 'facts' }, facts.map(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])));
}

const chip = (side) => make('span', { class: `chip ${side.toLowerCase()}` }, side);

/* Both time lines on one scale. */
function timeLines(calls, pair, sides) {
  const scale = Math.max(...calls.map((call) => (call.timeline ? call.timeline.length : 0)));
  const lines = calls.map((call, place) => (call.timeline ? timeLine(call, { scale, side: sides[place].toLowerCase() }) : null));
  const both = lines.filter(Boolean);
  const sounds = lines.map((line, place) => (line ? player(calls[place], pair[place].index, line) : null));
  lines.forEach((line, place) => { if (line) { line.inner.setAttribute('aria-label', `Place in call ${sides[place]}`); steer(line, sounds[place]); } });
  const heard = sounds.filter(Boolean);
  for (const sound of heard) sound.audio.addEventListener('play', () => { for (const other of heard) if (other !== sound) other.audio.pause(); });
  for (const line of both) line.view.addEventListener('scroll', () => { for (const other of both) if (other.view.scrollLeft !== line.view.scrollLeft) other.view.scrollLeft = line.view.scrollLeft; });
  const zoom = (label, words, react) => make('button', { type: 'button', class: 'button', 'aria-label': words, on: { click: () => both.forEach(react) } }, label);
  const element = !both.length ? '' : make('section', { class: 'card line' },
    make('div', { class: 'line-bar' }, make('h3', {}, 'Time lines'),
      make('div', { class: 'zoom' }, zoom('−', 'Show more of both calls', (line) => line.zoomBy(0.5)), zoom('Fit', 'Fit the longer call', (line) => line.fit()), zoom('+', 'Show less of both calls, larger', (line) => line.zoomBy(2)))),
    lines.map((line, place) => (line ? make('div', { class: 'one-line' }, make('p', { class: 'line-name' }, chip(sides[place]), make('span', { class: 'note' }, seconds(calls[place].timeline.length))), sounds[place] ? sounds[place].element : '', line.element) : '')),
    make('p', { class: 'note' }, 'Both are on the same scale.'));
  return { element, sounds: heard, lines: both };
}

function changedExpectations(calls, sides) {
  const [first, second] = calls.map((call) => new Map((call.expectations || []).map((each, place, every) => [`${each.path} ${every.slice(0, place).filter((other) => other.path === each.path).length}`, each])));
  const paths = [...new Set([...first.keys(), ...second.keys()])];
  if (!paths.length) return '';
  const outcomeOf = (each) => (each ? badge(each.outcome) : make('span', { class: 'note' }, 'not expected'));
  const isSame = (path) => first.has(path) && second.has(path) && first.get(path).outcome === second.get(path).outcome;
  const entry = (path) => {
    const both = [first.get(path), second.get(path)];
    const told = both.map((each, place) => (each && each.message && (place === 0 || !both[0] || each.message !== both[0].message) ? make('p', { class: `message ${kindOf(each.outcome)}` }, isSame(path) ? '' : chip(sides[place]), ` ${each.message}`) : ''));
    return make('li', {}, make('p', { class: 'verdict' }, make('b', { class: 'mono' }, (both[0] || both[1]).path),
      isSame(path) ? badge(both[0].outcome) : make('span', { class: 'from-to' }, chip(sides[0]), outcomeOf(both[0]), make('span', { 'aria-hidden': 'true' }, '→'), chip(sides[1]), outcomeOf(both[1]))), told);
  };
  const [changed, same] = [paths.filter((path) => !isSame(path)), paths.filter(isSame)];
  return section('Expectations', {},
    changed.length ? make('ul', { class: 'expectations' }, changed.map(entry)) : make('p', { class: 'note' }, 'All had the same outcome in both calls.'),
    same.length ? make('details', {}, make('summary', {}, `${same.length} with the same outcome`), make('ul', { class: 'expectations' }, same.map(entry))) : '');
}

/* When a piece was, and how long the agent took for it; it is played from there. */
function pieceNote(piece, place, sides, sounds) {
  const time = piece.time === null ? '' : clock(piece.time, true);
  const sound = sounds[place];
  return make('span', { class: 'piece-note' }, chip(sides[place]),
    sound && time ? make('button', { type: 'button', class: 'play', 'aria-label': `Play call ${sides[place]} from ${time}`, on: { click: () => sound.playFrom(piece.time) } }, make('span', { 'aria-hidden': 'true' }, '▶ '), time) : make('span', { class: 'note' }, time),
    piece.wait ? make('span', { class: 'wait', title: 'answered after' }, make('span', { class: 'unseen' }, 'answered after '), piece.wait) : '');
}

function alignedTranscript(calls, sides, sounds) {
  const aligned = alignedPieces(...calls);
  const isSame = ([a, b]) => a && b && a.words.join(' ') === b.words.join(' ') && a.words.length < 2000;
  const piece = (each, place, words) => make('td', { role: 'cell', class: each ? `turn ${each.kind}` : 'none', id: each && each.number !== null ? `${sides[place].toLowerCase()}-turn-${each.number}` : null, tabindex: each && each.number !== null ? '-1' : null, 'data-side': sides[place].toLowerCase(), 'data-start': each ? each.time : null, 'data-end': each ? each.end ?? each.time : null },
    each ? [pieceNote(each, place, sides, sounds), make('p', { class: 'said', dir: 'auto' }, words)] : [chip(sides[place]), make('span', { class: 'note' }, ' nothing')]);
  const marked = (pieces) => pieces.map(([text, isCommon]) => (isCommon ? text : make('mark', { class: 'differs' }, text)));
  const row = (pair) => {
    const [a, b] = pair;
    const head = (words) => make('th', { scope: 'row', role: 'rowheader', class: (a || b).kind }, WHO[(a || b).kind], words ? make('span', { class: 'unseen' }, `, ${words}`) : '');
    if (isSame(pair)) return make('tr', { role: 'row', class: 'same' }, head('the same'), make('td', { role: 'cell', colspan: '2', class: `turn ${a.kind}` }, [a, b].map((each, place) => pieceNote(each, place, sides, sounds)), make('p', { class: 'said', dir: 'auto' }, b.text || '(no words)')));
    const texts = a && b ? differences(a.text, b.text).map(marked) : [a ? a.text : '', b ? b.text : ''];
    return make('tr', { role: 'row', class: 'differing' }, head(a && b ? 'different words' : `only in ${sides[a ? 0 : 1]}`), piece(a, 0, texts[0]), piece(b, 1, texts[1]));
  };
  const differing = aligned.filter((pair) => !isSame(pair)).length;
  const table = make('table', { class: 'aligned', role: 'table' },
    make('caption', { class: 'unseen' }, 'What was said in both calls, side by side'),
    make('thead', { role: 'rowgroup' }, make('tr', { role: 'row' }, make('th', { scope: 'col', role: 'columnheader' }, make('span', { class: 'unseen' }, 'Who')), sides.map((side) => make('th', { scope: 'col', role: 'columnheader' }, chip(side), make('span', { class: 'unseen' }, ' call'))))),
    make('tbody', { role: 'rowgroup' }, aligned.map(row)));
  const only = make('input', { type: 'checkbox', on: { change: () => table.classList.toggle('only-differing', only.checked) } });
  return section('Transcripts', { class: 'talk' },
    make('p', { class: 'aligned-bar' }, make('span', { class: 'note' }, differing ? `${differing} of ${aligned.length} turns and function calls differ.` : 'The same was said in both calls.'),
      differing && differing < aligned.length ? make('label', {}, only, ' Only what differs') : ''),
    aligned.length ? table : '');
}

/* A number as the page shows metrics elsewhere. */
function amount(value, unit) {
  if (unit === 's') return seconds(value);
  const size = Math.abs(value);
  const shown = Number.isInteger(value) || size >= 1000 ? value.toFixed(0) : size < 100 ? String(Number(value.toPrecision(3))) : value.toFixed(1);
  return unit ? `${shown} ${unit}` : shown;
}

function seconds(value) {
  const size = Math.abs(value);
  if (size < 0.0995) return `${(value * 1000).toFixed(size < 0.00995 ? 1 : 0)} ms`;
  if (size < 59.95) return `${value.toFixed(size < 9.995 ? 2 : 1)} s`;
  const whole = Math.round(size);
  return `${value < 0 ? '-' : ''}${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, '0')} s`;
}

function differenceOf(a, b) {
  if (!a || !b || a.number === null || b.number === null) return make('td', { class: 'number' }, '');
  const by = b.number - a.number;
  const isBetter = by < 0 ? b.direction === 'lower' : b.direction === 'higher';
  const kind = by === 0 || !(b.direction in DIRECTIONS) ? '' : isBetter ? 'better' : 'worse';
  return make('td', { class: `number ${kind === 'better' ? 'good' : kind === 'worse' ? 'bad' : ''}` }, `${by > 0 ? '+' : by < 0 ? '−' : ''}${amount(Math.abs(by), b.unit)}`, kind ? make('span', { class: 'note' }, ` ${kind}`) : '');
}

function comparedMetrics(calls, sides) {
  const [first, second] = calls.map((call) => new Map((call.metrics || []).filter((each) => each.outcome === 'measured').map((each) => [each.name, each])));
  const names = [...new Set([...first.keys(), ...second.keys()])];
  if (!names.length) return '';
  const isSame = (name) => first.has(name) && second.has(name) && first.get(name).value === second.get(name).value;
  const row = (name) => {
    const [a, b] = [first.get(name), second.get(name)];
    return make('tr', {}, make('th', { scope: 'row' }, (a || b).title), [a, b].map((each) => make('td', { class: 'number' }, each ? each.value : make('span', { class: 'note' }, 'none'))), differenceOf(a, b));
  };
  const table = (which, words) => make('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': words }, make('table', { class: 'compared-metrics' },
    make('thead', {}, make('tr', {}, make('th', { scope: 'col' }, 'Metric'), sides.map((side) => make('th', { scope: 'col', class: 'number' }, chip(side), make('span', { class: 'unseen' }, ' call'))), make('th', { scope: 'col', class: 'number' }, 'Difference'))),
    make('tbody', {}, which.map(row))));
  const [changed, same] = [names.filter((name) => !isSame(name)), names.filter(isSame)];
  return section('Metrics', {},
    changed.length ? table(changed, 'Metrics that differ') : make('p', { class: 'note' }, 'All have the same value in both calls.'),
    changed.length ? make('p', { class: 'note' }, 'Two calls show what happened once, not what is usual.') : '',
    same.length ? make('details', {}, make('summary', {}, `${same.length} with the same value`), table(same, 'Metrics that are the same')) : '');
}

function comparisonView(pair, go) {
  const sides = ['A', 'B'];
  const calls = pair.map(callOf);
  const title = make('h1', { tabindex: '-1' }, calls[0].title);
  const { element: lineSection, sounds, lines } = timeLines(calls, pair, sides);
  const soundOfSide = sides.map((_, place) => sounds.find((sound) => sound.call === calls[place]));
  const element = make('div', { class: 'call comparison' },
    make('nav', { class: 'steps', 'aria-label': 'Calls' }, make('a', { href: '#', class: 'button' }, '← All calls'), make('button', { type: 'button', class: 'button', on: { click: () => go(null) } }, 'Swap A and B')),
    make('header', { class: 'call-head' }, title, make('p', { class: 'note' }, 'Two calls of this scenario, side by side')),
    make('div', { class: 'sides' }, sides.map((side, place) => sideCard(side, pair, calls, place, go))),
    changedExpectations(calls, sides),
    lineSection,
    calls.every((call) => call.turns) ? alignedTranscript(calls, sides, soundOfSide) : '',
    comparedMetrics(calls, sides));
  return { element, title, sounds, lines, name: `${calls[0].title}, two calls` };
}
