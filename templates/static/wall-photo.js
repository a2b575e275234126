// Takes a photo for the form: by the button, the camera, dropped or pasted. What cannot be used is said at once; the
// others are handed on with the event "photo:here", as a picture or, where the browser cannot show it, as null.

const LARGEST = 20_000_000;
const MOST_PIXELS = 50_000_000;
const LEAST = 300;
const KNOWN = /^image\/(jpeg|png|webp|avif|hei[cf])$|\.(jpe?g|png|webp|avif|hei[cf])$/i;

const part = document.querySelector(".photo-part");
const find = (selector) => part.querySelector(selector);
const input = find("#photo");
const words = find("#photo-words").dataset;
let file = null;

const say = (text) => { find("#photo-state").textContent = text; };

function tell(error) {
  find("#photo-error").hidden = !error;
  find("#photo-error .told").textContent = error;
  find("#photo-field").classList.toggle("has-error", Boolean(error));
  input.setAttribute("aria-invalid", String(Boolean(error)));
}

function hold(one) {
  const held = new DataTransfer();
  if (one) held.items.add(one);
  input.files = held.files;
}

// What cannot be used is not sent; what was chosen before stays.
function refuse(sentence) {
  hold(file);
  say("");
  tell(sentence);
}

async function asImage(chosen) {
  const address = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.addEventListener("load", () => done(reader.result));
    reader.addEventListener("error", failed);
    reader.readAsDataURL(chosen);
  });
  const image = new Image();
  image.src = address;
  await image.decode();
  return image;
}

// Upright in both ways; some browsers know more kinds of photos in the second.
async function open(chosen) {
  try {
    return await createImageBitmap(chosen, { imageOrientation: "from-image" });
  } catch {
    return asImage(chosen).catch(() => null);
  }
}

// HEIC and AVIF begin so; every other kind that we read, a browser can show.
async function perhapsUnseen(one) {
  return (await one.slice(4, 8).text().catch(() => "")) === "ftyp";
}

const sizeOf = (picture) => ({ width: picture.naturalWidth || picture.width, height: picture.naturalHeight || picture.height });

function wrong(one) {
  if (!one.size) return words.empty;
  if (!KNOWN.test(one.type) && !KNOWN.test(one.name)) return words.other;
  return one.size > LARGEST ? words.big : "";
}

function wrongSize({ width, height }) {
  if (width * height > MOST_PIXELS) return words.wide;
  return Math.min(width, height) < LEAST ? words.small : "";
}

async function take(one) {
  if (!one) return hold(file);
  if (wrong(one)) return refuse(wrong(one));
  say(words.opening);
  const picture = await open(one);
  const isUnseen = !picture && await perhapsUnseen(one);
  if (input.files[0] !== one) return undefined;
  const error = picture ? wrongSize(sizeOf(picture)) : !isUnseen && words.other;
  if (error) return refuse(error);
  file = one;
  tell("");
  settle(picture);
  return undefined;
}

function settle(picture) {
  part.classList.add("has-photo");
  part.querySelectorAll(".photo-kept, .photo-current, .choose-first").forEach((old) => { old.hidden = true; });
  find(".choose-again").hidden = false;
  part.dispatchEvent(new CustomEvent("photo:here", { detail: { picture, size: picture && sizeOf(picture) } }));
  picture?.close?.();
  say(picture ? words.ready : `${file.name}: ${words.unseen}`);
}

function choosePhoto(one) {
  if (!one) return;
  hold(one);
  take(input.files[0]);
}

input.addEventListener("change", () => take(input.files[0]));

const drop = find(".drop");
for (const name of ["dragover", "dragleave", "drop"]) {
  drop.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.toggle("over", name === "dragover");
    if (name === "drop") choosePhoto(event.dataTransfer.files[0]);
  });
}
document.addEventListener("paste", (event) => {
  // Text that is copied out of a document often brings a picture of itself along.
  if (!event.target.closest?.("input, textarea")) choosePhoto(event.clipboardData?.files[0]);
});

const camera = find(".camera");
camera.addEventListener("click", () => {
  input.setAttribute("capture", "user");
  input.click();
  input.removeAttribute("capture");
});

document.documentElement.classList.add("scripts");
camera.hidden = !matchMedia("(pointer: coarse)").matches;
find(".drop-here").hidden = !camera.hidden;
if (input.files.length) take(input.files[0]);
