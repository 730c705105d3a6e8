/* One call, opened from the table or by its address. */
const SHOWN_MET = 3;
const DIRECTIONS = { higher: 'higher is better', lower: 'lower is better' };

const section = (title, attributes, ...children) =>
  make('section', { ...attributes, class: `card ${attributes.class || ''}` }, make('h3', {}, title), ...children);

function places(expectation) {
  const found = [...expectation.turns.map((number) => [`turn-${number}`, `turn ${number}`]), ...expectation.tools.map((number) => [`tool-${number}`, `function call ${number}`])];
  return found.length ? make('p', { class: 'note' }, 'Evidence: ', found.map(([id, words], place) => [place ? ', ' : '', make('a', { href: `#${id}`, 'data-jump': id }, words)])) : '';
}

function expectations(call) {
  const entries = (call.expectations || []).map((each, index) => make('li', { class: kindOf(each.outcome), id: `expectation-${index}`, tabindex: '-1' },
    make('p', { class: 'verdict' }, badge(each.outcome), make('b', { class: 'mono' }, each.path), each.place ? make('span', { class: 'note mono' }, each.place) : ''),
    each.message ? make('p', { class: 'message' }, each.message) : '',
    each.evidence.length ? make('ul', { class: 'quotes' }, each.evidence.map((text) => make('li', {}, text))) : '',
    places(each)));
  /* What was not met first; many that were met would hide the transcript on a phone. */
  const order = { 'not-met': 0, met: 2 };
  const place = (entry) => order[entry.className] ?? 1;
  entries.sort((a, b) => place(a) - place(b));
  const first = entries.filter((entry) => entry.className !== 'met');
  const met = entries.slice(first.length);
  const list = (shown) => make('ul', { class: 'expectations' }, shown);
  const folded = met.length > SHOWN_MET
    ? [first.length ? list(first) : '', make('details', {}, make('summary', {}, `${met.length} met`), list(met))]
    : list(entries);
  return section('Expectations', {},
    call.message ? make('p', { class: 'message bad' }, call.message) : '',
    entries.length ? folded : make('p', { class: 'note' }, call.message ? '' : 'Nothing was expected of this call.'));
}

function facts(call) {
  return section('The call', {},
    make('dl', { class: 'facts' }, (call.facts || []).map(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])),
    call.files.length ? make('p', { class: 'files note' }, 'Artifacts: ', call.files.map(([name, address], place) => [place ? ', ' : '', make('a', { href: address }, name)])) : '');
}

function repeat(call) {
  if (!call.command) return '';
  const command = make('code', { class: 'command', tabindex: '0', role: 'group', 'aria-label': 'Command' }, call.command);
  const copy = make('button', { type: 'button', class: 'button', on: { click: () => copyText(call.command, command) } }, 'Copy');
  return section('Make this call again', {}, make('div', { class: 'again' }, command, copy),
    make('p', { class: 'note' }, 'In pytest\'s root directory, with the settings of the agent. The same seed gives the same caller. ', call.commandNote));
}

function copyText(text, element) {
  const selectIt = () => { getSelection().selectAllChildren(element); tell('Selected; copy it with the keyboard'); };
  if (navigator.clipboard) navigator.clipboard.writeText(text).then(() => tell('Copied'), selectIt);
  else selectIt();
}

/* Where a value lies on the way to what is allowed. */
function thresholdBar({ number, low, high }) {
  if (number === null) return '';
  const ends = [low, high].filter((each) => each !== null);
  const [least, most] = [Math.min(0, number, ...ends), Math.max(number, ...ends)];
  const room = (most - least) * 1.1 || 1;
  const at = (value) => `${((value - least) / room) * 100}%`;
  return make('span', { class: 'bullet', 'aria-hidden': 'true' },
    make('span', { style: { left: at(Math.min(0, number)), width: `${(Math.abs(number) / room) * 100}%` } }),
    ends.map((end) => make('i', { style: { left: at(end) } })));
}

const threshold = (each) => make('p', { class: `limit ${kindOf(each.outcome)}` }, badge(each.outcome), ` ${[each.of, each.words].filter(Boolean).join(' ')}`, each.of && each.value ? `: ${each.value}` : '', thresholdBar(each));

/* What a metric was in the baselines that there are, and is now; the dashes are what it must not go beyond. */
function historyLine(history, thresholds, isDetail) {
  if (!history.length) return '';
  const limits = isDetail ? [] : thresholds.filter((each) => !each.of && each.number !== null).flatMap(({ low, high }) => [low, high]).filter((each) => each !== null);
  const [width, height, room] = [84, 26, 4];
  const values = [...history.map(([, value]) => value), ...limits];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (place) => room + (place / (history.length - 1)) * (width - 2 * room);
  const y = (value) => (most > least ? height - room - ((value - least) / (most - least)) * (height - 2 * room) : height / 2);
  const last = history.length - 1;
  return draw('svg', { class: 'history', role: 'img', 'aria-label': `History: ${history.map(([when, , words]) => `${when} ${words}`).join(', ')}`, viewBox: `0 0 ${width} ${height}`, width, height },
    draw('title', {}, history.map(([when, , words]) => `${when} ${words}`).join(', ')),
    limits.map((limit) => draw('line', { class: 'allowed', x1: 0, x2: width, y1: y(limit), y2: y(limit) })),
    draw('polyline', { points: history.map(([, value], place) => `${x(place)},${y(value)}`).join(' ') }),
    draw('circle', { cx: x(last), cy: y(history[last][1]), r: 3 }));
}

/* What a metric was in the baseline, by more than chance or not. */
function against(name, known, thresholds) {
  const told = (each, isDetail) => (each ? make('div', { class: `against ${each.kind}` }, make('p', {}, isDetail ? `p95: ${each.words}` : each.words), historyLine(each.history, thresholds, isDetail)) : '');
  return known ? [told(known[name], false), told(known[`${name}_p95`], true)] : '';
}

const baseline = JSON.parse(document.getElementById('baseline').textContent);
const baselineOf = (index) => (baseline && index in baseline.ofCall ? baseline.items[baseline.ofCall[index]] : null);

function metrics(call, index) {
  const known = baselineOf(index);
  const measured = call.metrics.filter((each) => each.outcome === 'measured');
  const others = call.metrics.filter((each) => each.outcome !== 'measured');
  /* A name is told where the title does not tell it. */
  const nameOf = (each) => (each.name === each.title.toLowerCase().replace(/[ -]/g, '_') ? '' : each.name);
  const kind = { passed: 'good', failed: 'bad' };
  const row = (each) => make('li', { 'data-metric': each.name, title: each.name },
    make('p', { class: 'figures-row' }, make('span', {}, each.title), make('b', { class: kind[each.value] }, each.value)),
    each.thresholds.map(threshold),
    against(each.name, known, each.thresholds),
    make('p', { class: 'note' }, [nameOf(each), DIRECTIONS[each.direction], ...each.details, ...each.notes].filter(Boolean).join(' · ')));
  return section('Metrics', {},
    measured.length ? make('ul', { class: 'metrics' }, measured.map(row)) : make('p', { class: 'note' }, 'None was measured.'),
    others.length ? make('details', {}, make('summary', {}, `${others.length} without a value`),
      make('ul', { class: 'skipped-metrics' }, others.map((each) => make('li', { 'data-metric': each.name }, make('b', {}, each.title), ` ${each.outcome}`, make('span', { class: 'note' }, each.notes.join(' ')))))) : '');
}

function harness(call) {
  if (!call.harness && !call.network.length) return '';
  const check = call.harness;
  return section('Harness and line', {},
    check ? make('p', { class: check.late ? 'message bad' : 'message' }, check.words) : '',
    check ? make('dl', { class: 'facts' }, check.numbers.map(([name, value]) => [make('dt', {}, name), make('dd', {}, value)])) : '',
    call.network.map((text) => make('p', { class: 'message' }, text)));
}

function problems(call) {
  if (!call.problems || !call.problems.length) return '';
  return section('Noted on the way', {}, make('ul', { class: 'quotes' }, call.problems.map((each) => make('li', {}, make('span', { class: 'note' }, `${clock(each.time, true)} `), each.text))));
}

/* What the time line shows, as a list: for those who do not see it, and for the keyboard. */
function eventsList(call, sound) {
  const line = call.timeline;
  const entries = [
    ...line.marks.map((each) => [each.time, `${KINDS[each.kind]}: ${each.words}`]),
    ...line.noise.map(([start, end, words]) => [start, `sound: ${words}, until ${clock(end, true)}`]),
    ...line.lost.map(([start, , words]) => [start, words]),
    ...line.late.map(([start, , words]) => [start, words]),
  ].sort((a, b) => a[0] - b[0]);
  if (!entries.length) return '';
  return make('details', { class: 'events' }, make('summary', {}, `${entries.length} ${entries.length === 1 ? 'event' : 'events'} on the time line`),
    make('ul', {}, entries.map(([time, words]) => make('li', {},
      sound ? make('button', { type: 'button', class: 'play', 'data-play': time, 'aria-label': `Play from ${clock(time, true)}`, on: { click: () => sound.playFrom(time) } }, make('span', { 'aria-hidden': 'true' }, '▶ '), clock(time, true))
        : make('span', { class: 'note' }, clock(time, true)), ` ${words}`))));
}

function lineSection(call, line, sound) {
  const zoom = (label, words, react) => make('button', { type: 'button', class: 'button', 'aria-label': words, on: { click: react } }, label);
  const keys = [['caller', 'caller'], ['agent', 'agent'], ...(call.timeline.gaps.length ? [['gap', 'waiting for an answer']] : [])];
  return make('section', { class: 'card line' },
    make('div', { class: 'line-bar' }, make('h3', {}, 'Time line'),
      make('ul', { class: 'legend', 'aria-hidden': 'true' }, keys.map(([kind, words]) => make('li', { class: kind }, words)), [...new Set(call.timeline.marks.map((each) => each.kind))].map((kind) => make('li', {}, make('span', { class: `mark ${kind}` }, SIGNS[kind]), KINDS[kind]))),
      make('div', { class: 'zoom' }, zoom('−', 'Show more of the call', () => line.zoomBy(0.5)), zoom('Fit', 'Fit the whole call', line.fit), zoom('+', 'Show less of the call, larger', () => line.zoomBy(2)))),
    sound ? sound.element : '',
    line.element,
    sound ? make('p', { class: 'note' }, 'Click anywhere to play from there; arrow keys move, space plays and stops.') : '',
    eventsList(call, sound));
}

/* The other runs of the same item, a step away. */
function runsOf(row) {
  const runs = row ? all('tr.call', row.parentElement) : [];
  if (runs.length < 2) return '';
  return make('nav', { class: 'runs', 'aria-label': 'Runs of this scenario' }, make('ul', {}, runs.map((each) => {
    const words = one('.badge', each).textContent;
    return make('li', {}, make('a', { href: `#${encodeURI(each.dataset.key)}`, class: `badge ${each.dataset.outcome}`, 'aria-current': each === row ? 'page' : null, title: words },
      make('span', { class: 'sign', 'aria-hidden': 'true' }), make('span', { class: 'unseen' }, 'Run '), each.dataset.run, make('span', { class: 'unseen' }, `, ${words}`)));
  })));
}

function callView(call, index, around, row, each) {
  const line = call.timeline ? timeLine(call) : null;
  const sound = line ? player(call, index, line) : null;
  if (line) steer(line, sound);
  const step = (row, words) => (row ? make('a', { href: `#${encodeURI(row.dataset.key)}`, class: 'button' }, words) : '');
  const title = make('h1', { tabindex: '-1' }, call.title);
  const element = make('div', { class: 'call' },
    make('nav', { class: 'steps', 'aria-label': 'Calls' }, make('a', { href: '#', class: 'button' }, '← All calls'), make('span', {}, step(around[0], 'Previous'), step(around[1], 'Next'))),
    make('header', { class: 'call-head' }, title,
      make('p', { class: 'call-outcome' }, badge(call.outcome, call.words), call.fault ? make('span', { class: 'note' }, `fault: ${call.fault}`) : '',
        make('span', { class: 'note mono' }, call.detail), call.tags && call.tags.length ? make('span', { class: 'tags' }, call.tags.map((tag) => make('span', {}, tag))) : ''),
      each && each.from ? make('p', { class: 'note' }, `Of another run: ${each.from}`) : '',
      runsOf(row), comparisonChoice(each)),
    call.problem ? make('p', { class: 'banner' }, call.problem) : '',
    line ? lineSection(call, line, sound) : '',
    make('div', { class: 'call-columns' },
      make('div', {}, call.expectations ? expectations(call) : '', call.turns ? section('Transcript', { class: 'talk' }, call.expectedOutcome ? make('p', { class: 'note wanted' }, make('b', {}, 'Expected outcome: '), call.expectedOutcome) : '', transcript(call, sound)) : ''),
      make('div', {}, facts(call), repeat(call), problems(call), call.metrics ? metrics(call, index) : '', call.harness !== undefined ? harness(call) : '',
        call.metadata ? section('Metadata', {}, make('pre', { class: 'metadata', tabindex: '0' }, call.metadata)) : '')));
  return { element, title, sound, line };
}
