/* Elements are made of names, attributes and text. Nothing here ever reads text as markup. */
const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === 'on') for (const [event, react] of Object.entries(value)) element.addEventListener(event, react);
    else if (name === 'style') Object.assign(element.style, value);
    else element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(3).filter((each) => each !== null && each !== undefined && each !== ''));
  return element;
}

const make = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);
const draw = (name, attributes, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];

/* The class of an outcome, whose words may have spaces. */
const kindOf = (outcome) => outcome.replace(/ /g, '-');

const badge = (outcome, words) =>
  make('span', { class: `badge ${kindOf(outcome)}` }, make('span', { class: 'sign', 'aria-hidden': 'true' }), words || outcome);

/* 75.2 as 1:15; tenths where a time line is short. */
function clock(seconds, tenths = false) {
  const whole = Math.floor(seconds);
  const text = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  return tenths ? `${text}.${Math.floor((seconds - whole) * 10)}` : text;
}

function tell(words) { one('[data-told]').textContent = words; }
