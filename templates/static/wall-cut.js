// Lets a photo be moved, brought nearer and covered, and writes what was wished for into the form. The photo comes with
// the event "photo:here" (see wall-photo.js). All measures are parts, 0 to 1, of the upright photo, as the form sends them.

const SHAPES = { portrait: 4 / 5, square: 1, wide: 4 / 3 };
const LEAST = 300;
const SHOWN = 1600;
const NEAREST = 4;
const MOST_BOXES = 20;
const SMALLEST_BOX = 0.05;

const part = document.querySelector(".photo-part");
const find = (selector) => part.querySelector(selector);
const [tool, stage, sheet, zoom] = ["#photo-tool", "#stage", ".sheet", "#zoom"].map(find);
const canvas = sheet.firstElementChild;
const words = find("#photo-words").dataset;

let photo = null;
let crop = null;
let boxes = [];
let chosen = null;
let waiting = 0;

const limit = (value, low, high) => Math.min(Math.max(value, low), high);
const shape = () => tool.querySelector("[name=shape]:checked").value;
const say = (text) => { find("#photo-state").textContent = text; };

// What is shown of the photo

function whole() {
  const ratio = (SHAPES[shape()] * photo.height) / photo.width;
  return ratio > 1 ? { w: 1, h: 1 / ratio } : { w: ratio, h: 1 };
}

function nearest() {
  const { w, h } = whole();
  return limit(Math.min(w * photo.width, h * photo.height) / LEAST, 1, NEAREST);
}

const nearness = () => whole().w / crop.w;

function cut(times, x, y) {
  const { w, h } = whole();
  const by = limit(times, 1, nearest());
  crop = { w: w / by, h: h / by };
  crop.x = limit(x - crop.w / 2, 0, 1 - crop.w);
  crop.y = limit(y - crop.h / 2, 0, 1 - crop.h);
}

const cutAgain = (times) => cut(times, crop.x + crop.w / 2, crop.y + crop.h / 2);
const movePhoto = (x, y) => cut(nearness(), crop.x + crop.w / 2 - x, crop.y + crop.h / 2 - y);

function beginAfresh() {
  const own = photo.width / photo.height;
  const off = (name) => Math.abs(Math.log(SHAPES[name] / own));
  const best = Object.keys(SHAPES).reduce((one, other) => (off(other) < off(one) ? other : one));
  find(`#shape-${best}`).checked = true;
  boxes.forEach((box) => box.element.remove());
  [boxes, chosen] = [[], null];
  // Faces are mostly above the middle.
  cut(1, 0.5, 0.4);
  show();
}

// Boxes over faces

function place(box, { x, y, w, h }) {
  box.w = limit(w, SMALLEST_BOX * crop.w, 1);
  box.h = limit(h, SMALLEST_BOX * crop.h, 1);
  box.x = limit(x, 0, 1 - box.w);
  box.y = limit(y, 0, 1 - box.h);
}

const moveBox = (box, x, y) => place(box, { ...box, x: box.x + x, y: box.y + y });

function scaleBox(box, times) {
  const [w, h] = [box.w * times, box.h * times];
  place(box, { x: box.x + (box.w - w) / 2, y: box.y + (box.h - h) / 2, w, h });
}

// The corner that is drawn follows; the one across stays.
function stretch(box, corner, x, y) {
  const right = corner.includes("right");
  const lower = corner.includes("bottom");
  const [x2, y2] = [box.x + box.w, box.y + box.h];
  const left = right ? box.x : limit(box.x + x, 0, x2 - SMALLEST_BOX * crop.w);
  const top = lower ? box.y : limit(box.y + y, 0, y2 - SMALLEST_BOX * crop.h);
  place(box, { x: left, y: top, w: (right ? limit(x2 + x, 0, 1) : x2) - left, h: (lower ? limit(y2 + y, 0, 1) : y2) - top });
}

function addBox() {
  if (boxes.length >= MOST_BOXES) return;
  const element = document.createElement("button");
  element.type = "button";
  element.className = "box";
  element.setAttribute("aria-describedby", "box-keys");
  for (const corner of ["top left", "top right", "bottom left", "bottom right"]) {
    const grip = document.createElement("span");
    grip.className = `grip ${corner}`;
    grip.dataset.corner = corner;
    element.append(grip);
  }
  const box = { element };
  const w = crop.w * 0.3;
  const h = (w * photo.width) / photo.height;
  const aside = (boxes.length % 5) * 0.06;
  place(box, { x: crop.x + crop.w * (0.35 + aside), y: crop.y + crop.h * (0.3 + aside), w, h });
  boxes.push(box);
  sheet.append(element);
  element.addEventListener("focus", () => choose(box));
  choose(box);
  element.focus({ preventScroll: true });
  say(words.added);
}

function removeBox(box) {
  boxes = boxes.filter((other) => other !== box);
  box.element.remove();
  choose(null);
  find("#cover").focus({ preventScroll: true });
  say(words.removed);
}

function choose(box) {
  chosen = box;
  show();
}

// Showing

const percent = (part) => `${(part * 100).toFixed(3)}%`;

function lay(element, { x, y, w, h }) {
  [element.style.left, element.style.top, element.style.width, element.style.height] = [x, y, w, h].map(percent);
}

function show() {
  stage.dataset.shape = shape();
  lay(sheet, { x: -crop.x / crop.w, y: -crop.y / crop.h, w: 1 / crop.w, h: 1 / crop.h });
  boxes.forEach((box, at) => {
    lay(box.element, box);
    box.element.setAttribute("aria-label", words.box.replace("{number}", at + 1));
    box.element.classList.toggle("chosen", box === chosen);
  });
  find("#uncover").hidden = find(".of-box").hidden = !chosen;
  find(".of-photo").hidden = Boolean(chosen);
  find("#cover").disabled = boxes.length >= MOST_BOXES;
  showSize();
  write();
}

// The slider goes by ratios, so that each step looks alike; of a box it is the part of the picture that it takes.
const range = () => (chosen ? [SMALLEST_BOX, 1] : [1, nearest()]);
const size = () => (chosen ? chosen.w / crop.w : nearness());

function showSize() {
  const [low, high] = range();
  zoom.disabled = high <= low;
  zoom.value = zoom.disabled ? 0 : (100 * Math.log(size() / low)) / Math.log(high / low);
  zoom.setAttribute("aria-valuetext", `${Math.round(100 * size())} %`);
}

function resize(to) {
  if (chosen) scaleBox(chosen, to / size());
  else cutAgain(to);
  show();
}

function write() {
  const text = ({ x, y, w, h }) => [x, y, w, h].map((number) => number.toFixed(5)).join(",");
  find("[name=crop]").value = text(crop);
  find("[name=covers]").value = boxes.map(text).join(";");
  cancelAnimationFrame(waiting);
  waiting = requestAnimationFrame(paint);
}

function paint() {
  const target = document.getElementById("preview-photo");
  if (!target || !crop) return;
  target.hidden = false;
  target.height = Math.round(target.width / SHAPES[shape()]);
  const [brush, wide, high] = [target.getContext("2d"), target.width / crop.w, target.height / crop.h];
  brush.drawImage(canvas, -crop.x * wide, -crop.y * high, wide, high);
  brush.fillStyle = getComputedStyle(part).getPropertyValue("--cover");
  for (const { x, y, w, h } of boxes) brush.fillRect((x - crop.x) * wide, (y - crop.y) * high, w * wide, h * high);
}

// By hand: one finger moves the photo or a box, two bring the photo nearer.

const fingers = new Map();
let held = null;

const between = ([one, other]) => ({
  x: (one.x + other.x) / 2, y: (one.y + other.y) / 2, apart: Math.hypot(one.x - other.x, one.y - other.y),
});

function spot(event) {
  const frame = stage.getBoundingClientRect();
  return { x: (event.clientX - frame.left) / frame.width, y: (event.clientY - frame.top) / frame.height };
}

function pinch(before, after) {
  const [x, y] = [crop.x + before.x * crop.w, crop.y + before.y * crop.h];
  cutAgain((nearness() * after.apart) / Math.max(before.apart, 0.01));
  cut(nearness(), x + (0.5 - after.x) * crop.w, y + (0.5 - after.y) * crop.h);
}

function draw(x, y) {
  if (held.corner) stretch(held.box, held.corner, x, y);
  else if (held.box) moveBox(held.box, x, y);
  else movePhoto(x, y);
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button || !crop) return;
  const element = event.target.closest(".box");
  stage.setPointerCapture(event.pointerId);
  fingers.set(event.pointerId, spot(event));
  if (fingers.size === 1) {
    const box = boxes.find((one) => one.element === element) ?? null;
    held = { box, corner: event.target.dataset.corner };
    choose(box);
  }
  stage.classList.add("moving");
});

stage.addEventListener("pointermove", (event) => {
  if (!fingers.has(event.pointerId)) return;
  const before = [...fingers.values()];
  const from = fingers.get(event.pointerId);
  const to = spot(event);
  fingers.set(event.pointerId, to);
  if (fingers.size === 1) draw((to.x - from.x) * crop.w, (to.y - from.y) * crop.h);
  else if (fingers.size === 2 && !held.box) pinch(between(before), between([...fingers.values()]));
  show();
});

for (const end of ["pointerup", "pointercancel"]) {
  stage.addEventListener(end, (event) => {
    fingers.delete(event.pointerId);
    if (!fingers.size) stage.classList.remove("moving");
  });
}

stage.addEventListener("wheel", (event) => {
  if (!event.ctrlKey) return;
  event.preventDefault();
  cutAgain(nearness() * Math.exp(-event.deltaY / 100));
  show();
}, { passive: false });

// By keys and buttons

const STEP = 0.02;
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function nudge([x, y]) {
  if (chosen) moveBox(chosen, x * STEP * crop.w, y * STEP * crop.h);
  else movePhoto(x * STEP * crop.w, y * STEP * crop.h);
  show();
}

function press(event) {
  const arrow = ARROWS[event.key];
  if (arrow && event.shiftKey && chosen) stretch(chosen, "bottom right", arrow[0] * STEP * crop.w, arrow[1] * STEP * crop.h);
  else if (arrow) nudge(arrow);
  else if ("+=".includes(event.key)) resize(size() * 1.08);
  else if (event.key === "-") resize(size() / 1.08);
  else if (chosen && ["Delete", "Backspace"].includes(event.key)) return removeBox(chosen), true;
  else if (chosen && event.key === "Escape") stage.focus({ preventScroll: true });
  else return false;
  show();
  return true;
}

stage.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.altKey && press(event)) event.preventDefault();
});
stage.addEventListener("focus", () => choose(null));
zoom.addEventListener("input", () => {
  const [low, high] = range();
  resize(low * (high / low) ** (zoom.value / 100));
});
tool.addEventListener("change", (event) => {
  if (event.target.name !== "shape") return;
  cutAgain(nearness());
  show();
});
tool.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.dataset.nudge) nudge(button.dataset.nudge.split(",").map(Number));
  else if (button?.id === "cover") addBox();
  else if (button?.id === "uncover") removeBox(chosen);
  else if (button?.id === "afresh") beginAfresh();
});

// From the chooser

function copy(picture, { width, height }) {
  const by = Math.min(1, SHOWN / Math.max(width, height));
  [canvas.width, canvas.height] = [Math.round(width * by), Math.round(height * by)];
  const brush = canvas.getContext("2d");
  // As it will be where the photo lets something through.
  brush.fillStyle = "#fff";
  brush.fillRect(0, 0, canvas.width, canvas.height);
  brush.drawImage(picture, 0, 0, canvas.width, canvas.height);
}

part.addEventListener("photo:here", ({ detail: { picture, size } }) => {
  photo = picture && size;
  tool.hidden = !photo;
  find("[name=crop]").value = find("[name=covers]").value = "";
  if (photo) {
    copy(picture, size);
    beginAfresh();
  } else {
    document.getElementById("preview-photo")?.setAttribute("hidden", "");
  }
});

document.addEventListener("stand:shown", () => { if (photo) paint(); });
