/* The recording of a call, played along its time line. */
function soundOf(call, index) {
  const inside = document.getElementById(`sound-${index}`);
  if (inside) return URL.createObjectURL(new Blob([bytesOf(inside.textContent)], { type: 'audio/flac' }));
  return call.recording || '';
}

function player(call, index, line) {
  const source = soundOf(call, index);
  if (!source) return null;
  const audio = make('audio', { controls: true, preload: 'auto', src: source, 'aria-label': 'Recording: caller on the left, agent on the right' });
  const failed = make('p', { class: 'note', hidden: true },
    call.recording ? 'The recording is not where it was when this report was made; it belongs beside the call\'s other artifacts.' : 'This browser cannot play the recording.');
  audio.addEventListener('error', () => { failed.hidden = false; });

  const follow = () => {
    line.show(audio.currentTime);
    for (const turn of all(`.turn[data-start]${line.side ? `[data-side="${line.side}"]` : ''}`)) {
      const speaks = !audio.paused && audio.currentTime >= Number(turn.dataset.start) && audio.currentTime < Number(turn.dataset.end);
      turn.classList.toggle('speaks', speaks);
    }
    if (!audio.paused) requestAnimationFrame(follow);
  };
  for (const event of ['play', 'pause', 'seeked', 'timeupdate']) audio.addEventListener(event, follow);

  const seek = (time) => { audio.currentTime = Math.max(0, Math.min(time, line.length)); line.show(audio.currentTime); };
  const playFrom = (time) => { seek(time); audio.play().catch(() => {}); };
  const toggle = () => { if (audio.paused) audio.play().catch(() => {}); else audio.pause(); };
  const stop = () => { audio.pause(); if (source.startsWith('blob:')) URL.revokeObjectURL(source); };
  return { audio, call, element: make('div', { class: 'player' }, audio, failed), seek, playFrom, toggle, stop };
}

/* Clicks and keys on the time line. */
function steer(line, sound) {
  const move = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 };
  let place = 0;
  const go = (time) => {
    place = Math.max(0, Math.min(line.length, time));
    if (sound) sound.seek(place);
    else line.show(place);
  };
  line.inner.addEventListener('keydown', (event) => {
    const now = sound ? sound.audio.currentTime : place;
    const step = line.length < 5 ? line.length / 50 : 1;
    if (event.key in move) go(now + move[event.key] * step);
    else if (event.key === 'Home') go(0);
    else if (event.key === 'End') go(line.length);
    else if ((event.key === ' ' || event.key === 'Enter') && sound) sound.toggle();
    else if (event.key === '+') line.zoomBy(2);
    else if (event.key === '-') line.zoomBy(0.5);
    else return;
    event.preventDefault();
  });
  line.inner.addEventListener('click', (event) => {
    const mark = event.target.closest('[data-time]');
    /* A mark or a gap is played from where it begins, speech from where it was clicked. */
    const exact = mark && !mark.matches('.block') ? Number(mark.dataset.time) : line.timeAt(event.clientX);
    if (sound) sound.playFrom(exact);
    else go(exact);
    const block = event.target.closest('[data-turn]');
    const turn = block && !sound ? document.getElementById(`${line.side ? `${line.side}-` : ''}turn-${block.dataset.turn}`) : null;
    if (turn) turn.scrollIntoView({ block: 'nearest' });
  });
}
