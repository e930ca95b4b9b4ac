// Makes the report page pleasant: photos are shrunk here, mistakes are shown here, a dead network is waited out.
// Without this script the form works as it stands.

const LONG_SIDE = 1600;
const QUALITY = 0.82;

const form = document.getElementById("report");
const box = document.getElementById("photos");
const add = document.getElementById("add");
const input = add.querySelector("input");
const note = document.getElementById("photos-note");
const trouble = document.getElementById("trouble");
const go = document.getElementById("go");
const most = Number(box.dataset.max);

form.noValidate = true;

let shots = [];
let shrinking = Promise.resolve();

input.addEventListener("change", () => {
  const chosen = [...input.files];
  shrinking = shrinking.then(() => take(chosen));
});

async function take(files) {
  const room = most - shots.length;
  note.textContent = files.length > room ? `最多 ${most} 张，多的没有加上` : "";
  for (const file of files.slice(0, room)) {
    shots.push(await shrink(file));
  }
  draw();
}

// A canvas keeps pixels only: place and time of the picture stay on the phone.
async function shrink(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONG_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    return new File([blob], "photo.jpg", { type: "image/jpeg" });
  } catch {
    return file; // A format this browser cannot draw (HEIC): the server decides.
  }
}

function draw() {
  const list = new DataTransfer();
  box.querySelectorAll(".shot").forEach((old) => {
    URL.revokeObjectURL(old.querySelector("img").src);
    old.remove();
  });
  shots.forEach((file, index) => {
    list.items.add(file);
    const shot = document.createElement("div");
    shot.className = "shot";
    const image = document.createElement("img");
    image.src = URL.createObjectURL(file);
    image.alt = `第 ${index + 1} 张照片`;
    const remove = document.createElement("button");
    remove.type = "button";
    remove.setAttribute("aria-label", `去掉第 ${index + 1} 张`);
    remove.addEventListener("click", () => {
      shots.splice(index, 1);
      draw();
    });
    shot.append(image, remove);
    box.insertBefore(shot, add);
  });
  input.files = list.files;
  add.hidden = shots.length >= most;
}

form.addEventListener("input", () => complain(""));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (go.getAttribute("aria-busy") === "true") return;
  const wrong = missing();
  if (wrong) {
    complain(wrong.words);
    wrong.at.focus();
    return;
  }
  complain("");
  await shrinking;
  send();
});

// The hidden nonce stays the same, so however often this is tried it is one report.
function send() {
  if (navigator.onLine) {
    busy("正在提交…");
    form.submit();
    return;
  }
  busy("等网络恢复…");
  complain("现在没有网络。不用管，网络一恢复就自动提交，请不要关掉本页。");
  window.addEventListener("online", send, { once: true });
}

function missing() {
  const { words, phone, consent } = form.elements;
  const urgent = form.elements.urgent;
  if (!urgent.value) return { at: urgent[0], words: "请选一下：停机了，还是还能用" };
  if (!words.value.trim()) return { at: words, words: "请写一句哪里不对" };
  if (!/^\+?[0-9][0-9 -]{4,18}[0-9]$/.test(phone.value.trim())) return { at: phone, words: "请留一个能打通的电话" };
  if (!consent.checked) return { at: consent, words: "请先勾选同意" };
  return null;
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

function busy(words) {
  go.setAttribute("aria-busy", words ? "true" : "false");
  go.querySelector("span").textContent = words || "提交报修";
}

// Coming back to a page the browser kept: the button works again.
window.addEventListener("pageshow", () => busy(""));
