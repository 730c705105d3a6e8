/* Which turns of two calls belong together, and which of their words differ. */
const MOST_CELLS = 2000000;
/* That two turns of the same side stand in the same place is worth something, even if no word is the same. */
const SAME_SIDE = 0.15;

const bare = (word) => word.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '') || word;

/* The turns and the function calls of a call, in the order in which they were. */
function piecesOf(call) {
  const tools = (number) => call.tools.filter((tool) => tool.after === number).map((tool) => ({
    kind: 'tool', name: tool.name, text: `${tool.name} ${tool.arguments}${tool.result === null ? '' : ` → ${tool.result}`}`, time: tool.time, number: null, wait: '', end: tool.time,
  }));
  const turns = call.turns.map((turn) => [{ kind: turn.speaker, name: '', text: turn.text, time: turn.time, end: turn.end, number: turn.number, wait: turn.wait || '' }, ...tools(turn.number)]);
  return [...tools(0), ...turns.flat()].map((piece) => ({ ...piece, words: piece.text.split(/\s+/).filter(Boolean).slice(0, 2000).map(bare) }));
}

/* How many of their words two pieces have in common, from 0 to 1. */
function likeness(first, second) {
  if (first.text === second.text) return 1;
  const counts = new Map();
  for (const word of first.words) counts.set(word, (counts.get(word) || 0) + 1);
  let common = 0;
  for (const word of second.words) {
    const left = counts.get(word) || 0;
    if (left) { common += 1; counts.set(word, left - 1); }
  }
  const all = first.words.length + second.words.length;
  return all ? (2 * common) / all : 1;
}

/* The best way to lay two rows beside each other (Needleman and Wunsch): pairs of places, null where one is alone. */
function align(rows, columns, worth) {
  const width = columns + 1;
  if (rows * columns > MOST_CELLS) return placeByPlace(rows, columns);
  const best = new Float64Array((rows + 1) * width);
  const pairs = new Float64Array((rows + 1) * width);
  for (let row = 1; row <= rows; row += 1) {
    for (let column = 1; column <= columns; column += 1) {
      const at = row * width + column;
      pairs[at] = worth(row - 1, column - 1);
      best[at] = Math.max(best[at - width], best[at - 1], pairs[at] > 0 ? best[at - width - 1] + pairs[at] : 0);
    }
  }
  const found = [];
  let [row, column] = [rows, columns];
  while (row && column) {
    const at = row * width + column;
    if (pairs[at] > 0 && best[at] <= best[at - width - 1] + pairs[at] + 1e-6) { row -= 1; column -= 1; found.push([row, column]); }
    /* Of what is alone on either side, the first call's comes first. */
    else if (best[at - 1] >= best[at - width]) { column -= 1; found.push([null, column]); }
    else { row -= 1; found.push([row, null]); }
  }
  while (column) { column -= 1; found.push([null, column]); }
  while (row) { row -= 1; found.push([row, null]); }
  return found.reverse();
}

const placeByPlace = (rows, columns) =>
  Array.from({ length: Math.max(rows, columns) }, (_, place) => [place < rows ? place : null, place < columns ? place : null]);

function alignedPieces(first, second) {
  const [a, b] = [piecesOf(first), piecesOf(second)];
  const worth = (row, column) => {
    if (a[row].kind !== b[column].kind || a[row].name !== b[column].name) return 0;
    return SAME_SIDE + likeness(a[row], b[column]);
  };
  return align(a.length, b.length, worth).map(([row, column]) => [row === null ? null : a[row], column === null ? null : b[column]]);
}

/* Both texts in pieces, [text, whether the other has it as well]; spaces stay where they are. */
function differences(first, second) {
  const [a, b] = [first, second].map((text) => text.match(/\s*\S+\s*$|\s*\S+/g) || []);
  const [plainA, plainB] = [a, b].map((words) => words.map((word) => bare(word.trim())));
  const isOurs = a.map(() => false);
  const isTheirs = b.map(() => false);
  if (a.length * b.length <= MOST_CELLS)
    for (const [row, column] of align(a.length, b.length, (x, y) => (plainA[x] === plainB[y] ? 1 : 0)))
      if (row !== null && column !== null) { isOurs[row] = true; isTheirs[column] = true; }
  return [joined(a, isOurs), joined(b, isTheirs)];
}

function joined(words, isCommon) {
  const pieces = [];
  words.forEach((word, place) => {
    const last = pieces[pieces.length - 1];
    if (last && last[1] === isCommon[place]) last[0] += word;
    else pieces.push([word, isCommon[place]]);
  });
  return pieces;
}
