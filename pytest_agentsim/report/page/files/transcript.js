/* What was said, what it is evidence of, and why the caller went on as it did. */
function marked(text, marks) {
  const pieces = [];
  let from = 0;
  const exact = [];
  /* Where several expectations speak of the same words, what was not met is what somebody looks for. */
  for (const each of marks.filter((mark) => mark.start !== null).sort((a, b) => a.good - b.good || a.start - b.start || b.end - a.end)) {
    if (!exact.some((other) => each.start < other.end && other.start < each.end)) exact.push(each);
  }
  exact.sort((a, b) => a.start - b.start);
  /* Places are counted in characters; a string of this language has two of its units for some of them. */
  const characters = exact.length ? [...text] : [];
  for (const { start, end, good, label } of exact) {
    pieces.push(characters.slice(from, start).join(''), make('mark', { class: good ? 'good' : 'bad', title: label }, characters.slice(start, end).join('')));
    from = end;
  }
  return exact.length ? [...pieces, characters.slice(from).join('')] : [text];
}

function evidenceNotes(marks) {
  return marks.map(({ label, good, expectation }) => make('li', { class: expectation === null ? 'about' : good ? 'met' : 'not-met' },
    make('span', { class: 'sign', 'aria-hidden': 'true' }),
    expectation === null ? label : make('a', { href: `#expectation-${expectation}`, 'data-jump': `expectation-${expectation}` }, label)));
}

function toolCall(tool) {
  const pre = (text) => make('code', {}, text);
  return make('li', { class: 'tool-call', id: `tool-${tool.number}`, tabindex: '-1' },
    make('p', {}, make('span', { class: 'tool-sign', 'aria-hidden': 'true' }, 'ƒ'), make('span', { class: 'unseen' }, 'Function call '), make('b', { class: 'mono' }, tool.name), tool.time === null ? '' : make('span', { class: 'note' }, ` ${clock(tool.time, true)}`)),
    make('p', {}, pre(tool.arguments)),
    make('p', {}, make('span', { class: 'note' }, tool.result === null ? 'no result' : 'returned '), tool.result === null ? '' : pre(tool.result)),
    tool.marks.length ? make('ul', { class: 'evidence' }, evidenceNotes(tool.marks)) : '');
}

function decision(why) {
  const score = (each) => make('td', { class: 'number' },
    each.score === null ? '' : make('span', { class: 'score', 'aria-hidden': 'true' },
      make('span', { style: { width: `${Math.min(1, Math.max(0, each.score)) * 100}%` } }),
      why.threshold === null ? '' : make('i', { style: { left: `${why.threshold * 100}%` } })),
    each.score === null ? '' : Number(each.score).toFixed(2));
  if (!why.candidates.length) return make('p', { class: 'why note' }, why.words);
  return make('details', { class: 'why' },
    make('summary', {}, why.words),
    make('div', { class: 'scrolls', tabindex: '0', role: 'region', 'aria-label': 'What the matcher made of each condition' }, make('table', {},
      make('thead', {}, make('tr', {}, ['Condition', 'Score', 'Why'].map((name) => make('th', { scope: 'col' }, name)))),
      make('tbody', {}, why.candidates.map((each) => make('tr', { class: each.holds ? 'holds' : '' },
        make('td', {}, make('span', { class: 'note' }, `${each.id} `), each.trigger, each.holds ? make('b', {}, ' holds') : ''), score(each), make('td', { class: 'note' }, each.reason)))))),
    why.threshold === null ? '' : make('p', { class: 'note' }, `A condition holds from a score of ${Number(why.threshold).toFixed(2)} on.`));
}

function turnItem(turn, sound, playable) {
  const words = turn.text || '(no words)';
  const name = turn.speaker === 'caller' ? 'Caller' : 'Agent';
  const time = turn.time === null ? '' : clock(turn.time, !playable || turn.time % 1 > 0);
  return make('li', { class: `turn ${turn.speaker}`, id: `turn-${turn.number}`, tabindex: '-1', 'data-start': turn.time, 'data-end': turn.end === null ? turn.time : turn.end },
    make('p', { class: 'who' }, make('b', {}, name), make('span', { class: 'note' }, `${turn.number}`),
      time && sound ? make('button', { type: 'button', class: 'play', 'data-play': turn.time, 'aria-label': `Play from ${time}, turn ${turn.number}`, on: { click: () => sound.playFrom(turn.time) } }, make('span', { 'aria-hidden': 'true' }, '▶ '), time)
        : make('span', { class: 'note' }, time),
      turn.wait ? make('span', { class: 'wait' }, `answered after ${turn.wait}`.replace('answered after not', 'latency not')) : '',
      turn.interrupted ? make('span', { class: 'cut' }, 'interrupted') : ''),
    make('p', { class: `words${turn.text ? '' : ' note'}${turn.marks.some((each) => each.start === null && !each.good) ? ' blamed' : ''}`, dir: 'auto' }, marked(words, turn.marks)),
    turn.marks.length ? make('ul', { class: 'evidence' }, evidenceNotes(turn.marks)) : '',
    turn.why ? decision(turn.why) : '');
}

function transcript(call, sound) {
  const after = (number) => call.tools.filter((tool) => tool.after === number).map(toolCall);
  return make('ol', { class: 'transcript' }, call.before ? make('li', {}, decision(call.before)) : '', after(0), call.turns.map((turn) => [turnItem(turn, sound, Boolean(sound)), after(turn.number)]),
    call.turnsLeftOut ? make('li', { class: 'note' }, call.turnsLeftOut) : '',
    call.turns.length ? '' : make('li', { class: 'note' }, 'Nobody said anything.'));
}
