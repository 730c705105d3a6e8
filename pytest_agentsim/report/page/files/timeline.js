/* The time line of a call: who spoke when, and what happened meanwhile. */
const LANE = 72;
const STEPS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const SIGNS = { tool: 'ƒ', 'barge-in': '↯', keys: '#', problem: '!', message: '✉' };
const KINDS = { tool: 'function call', 'barge-in': 'barge-in', keys: 'keys', problem: 'problem', message: 'message' };

const bytesOf = (text) => Uint8Array.from(atob(text), (each) => each.charCodeAt(0));

/* A waveform as one shape, mirrored about its middle; it is stretched to whatever room there is. */
function waveform(peaks, side, width) {
  const heights = bytesOf(peaks);
  const half = LANE / 2 - 4;
  const up = [];
  const down = [];
  heights.forEach((height, place) => {
    const reach = Math.max(0.6, (height / 255) * half).toFixed(1);
    up.push(`L${place} ${(LANE / 2 - reach).toFixed(1)}`);
    down.unshift(`L${place} ${(LANE / 2 + Number(reach)).toFixed(1)}`);
  });
  const shape = `M0 ${LANE / 2}${up.join('')}L${heights.length} ${LANE / 2}${down.join('')}Z`;
  return draw('svg', { class: `wave ${side}`, viewBox: `0 0 ${heights.length} ${LANE}`, preserveAspectRatio: 'none', 'aria-hidden': 'true', style: { width } }, draw('path', { d: shape }));
}

function timeLine(call, { scale = 0, side = '' } = {}) {
  const line = call.timeline;
  /* Two calls that are compared have one scale; the shorter one ends before it. */
  const length = Math.max(line.length, scale, 0.001);
  const at = (seconds) => `${Math.min(100, (Math.max(0, seconds) / length) * 100)}%`;
  const wide = (start, end) => `${Math.max(0, Math.min(100, ((end - start) / length) * 100))}%`;
  const textOf = new Map(call.turns.map((turn) => [turn.number, turn.text]));

  const blocks = (speaker) => line[speaker].map(([start, end, number]) =>
    make('span', {
      class: `block${end > start ? '' : ' moment'}`, 'data-turn': number, 'data-time': start,
      title: `${number}, ${speaker}: ${(textOf.get(number) || '(no words)').slice(0, 300)}`,
      style: { left: at(start), width: end > start ? wide(start, end) : '' },
    }, make('span', {}, (textOf.get(number) || '').slice(0, 120))));

  const speech = (speaker) => make('div', { class: `lane speech ${speaker}` }, blocks(speaker), call.peaks ? waveform(call.peaks[speaker], speaker, wide(0, line.length)) : null);
  const bars = (kind, entries) => entries.map(([start, end, words]) =>
    make('span', { class: `stretch ${kind}`, title: words, 'data-time': start, style: { left: at(start), width: wide(start, end) } }, make('span', {}, words)));

  const gaps = line.gaps.map(([start, end, number, words]) =>
    make('span', { class: `gap${end > start ? '' : ' lost'}`, title: `answer ${number}: ${words}`, 'data-time': start, style: { left: at(start), width: wide(start, end) } },
      make('span', {}, end > start ? words : '?')));

  const marks = line.marks.map((mark) =>
    make('span', { class: `mark ${mark.kind}`, title: `${clock(mark.time, true)} ${mark.words}`, 'data-time': mark.time, style: { left: at(mark.time) } }, SIGNS[mark.kind]));

  const axis = make('div', { class: 'lane axis' });
  const lanes = [
    ['', axis],
    ['Caller', speech('caller')],
    gaps.length ? ['Answers', make('div', { class: 'lane gaps' }, gaps)] : null,
    ['Agent', speech('agent')],
    marks.length ? ['Events', make('div', { class: 'lane marks' }, marks)] : null,
    line.noise.length ? ['Sounds', make('div', { class: 'lane noise' }, bars('noise', line.noise))] : null,
    line.lost.length || line.late.length ? ['Line', make('div', { class: 'lane network' }, bars('late', line.late), bars('lost', line.lost))] : null,
  ].filter(Boolean);

  const head = make('div', { class: 'playhead', hidden: true });
  const inner = make('div', {
    class: 'inner', tabindex: '0', role: 'slider', 'aria-label': 'Place in the call', 'aria-orientation': 'horizontal',
    'aria-valuemin': '0', 'aria-valuemax': length.toFixed(1), 'aria-valuenow': '0', 'aria-valuetext': clock(0),
  }, lanes.map(([, lane]) => lane), length > line.length + 0.01 ? make('span', { class: 'beyond', title: 'The call was over', style: { left: at(line.length) } }) : '', head);
  const view = make('div', { class: 'view' }, inner);
  const element = make('div', { class: `timeline${call.peaks ? '' : ' without-waves'}` },
    make('div', { class: 'labels', 'aria-hidden': 'true' }, lanes.map(([name, lane]) => make('span', { class: lane.className }, name))), view);

  let zoom = 1;
  const setZoom = (wanted) => {
    const middle = (view.scrollLeft + view.clientWidth / 2) / inner.clientWidth;
    zoom = Math.min(32, Math.max(1, wanted));
    inner.style.width = `${zoom * 100}%`;
    view.scrollLeft = middle * inner.clientWidth - view.clientWidth / 2;
    laidOut();
  };
  const laidOut = () => {
    axis.replaceChildren(...ticks(length, inner.clientWidth).map(([time, words]) => make('span', { style: { left: at(time) } }, words)));
    spread(marks);
    label(gaps);
  };
  /* On a phone a minute is wider than the screen, so that a finger finds a turn. */
  const firstLook = () => {
    if (view.clientWidth < 500) setZoom((length * 12) / view.clientWidth);
    else laidOut();
    view.scrollLeft = 0;
  };
  const show = (time) => {
    head.hidden = false;
    head.style.left = at(time);
    inner.setAttribute('aria-valuenow', time.toFixed(1));
    inner.setAttribute('aria-valuetext', clock(time, true));
    if (zoom > 1) {
      const place = (time / length) * inner.clientWidth;
      if (place < view.scrollLeft || place > view.scrollLeft + view.clientWidth) view.scrollLeft = place - view.clientWidth * 0.1;
    }
  };
  return { element, inner, view, side, length, show, timeAt: (x) => Math.max(0, Math.min(1, (x - inner.getBoundingClientRect().left) / inner.clientWidth)) * length, zoomBy: (factor) => setZoom(zoom * factor), fit: () => setZoom(1), firstLook };
}

/* Times with enough room between them to be read. */
function ticks(length, width) {
  const step = STEPS.find((each) => (each / length) * width >= 56) || 900;
  const found = [];
  for (let count = 0; (count + 0.4) * step < length; count += 1) {
    const time = count * step;
    found.push([time, step < 1 ? `${time.toFixed(step < 0.1 ? 2 : 1)} s` : clock(time)]);
  }
  return found;
}

/* The words of a gap stand in it, else behind it, else nowhere: the transcript has them, too. */
function label(gaps) {
  gaps.forEach((gap, place) => {
    const words = gap.firstElementChild;
    words.hidden = false;
    const next = gaps[place + 1];
    const inside = gap.offsetWidth >= words.offsetWidth + 6;
    gap.classList.toggle('roomy', inside);
    const end = gap.offsetLeft + gap.offsetWidth + words.offsetWidth + 6;
    words.hidden = !inside && end > (next ? next.offsetLeft : gap.parentElement.clientWidth);
  });
}

/* Marks that would cover each other are put below each other. */
function spread(marks) {
  const ends = [];
  for (const mark of marks) {
    const left = mark.offsetLeft;
    let row = ends.findIndex((end) => end <= left);
    if (row < 0) row = ends.length < 4 ? ends.length : 3;
    ends[row] = left + 22;
    mark.style.top = `${4 + row * 22}px`;
  }
  if (marks.length) marks[0].parentElement.style.height = `${6 + ends.length * 22}px`;
  const label = marks.length ? one('.labels .marks', marks[0].closest('.timeline')) : null;
  if (label) label.style.height = `${6 + ends.length * 22}px`;
}
