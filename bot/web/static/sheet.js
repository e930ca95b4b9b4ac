// The form an engineer fills in on site. In a cellar it is kept on the phone and sent, once, when there is a network.
// Without this script the form works as it stands.

import { entriesOf, forget, kept, send } from "./outgoing.js";
import { prepare as preparePad } from "./pad.js";
import { prepare as preparePhotos } from "./photos.js";

const form = document.getElementById("sheet");
const trouble = document.getElementById("trouble");
const go = document.getElementById("go");
const address = new URL(form.action).pathname;

const photos = [...form.querySelectorAll(".photos")].map((box) =>
  preparePhotos(box, box.parentElement.querySelector(".photos-note")),
);
const canvas = document.getElementById("pad");
const pad = canvas && preparePad(canvas.parentElement);

form.noValidate = true;
for (const change of ["input", "pointerdown"]) form.addEventListener(change, () => complain(""));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (go.getAttribute("aria-busy") === "true") return;
  const wrong = missing();
  complain(wrong);
  if (wrong) return;
  busy("正在提交…");
  await Promise.all(photos.map((each) => each.ready()));
  form.elements.signature.value = pad?.signed() ? pad.picture() : "";
  await deliver(entriesOf(form));
});

async function deliver(entries) {
  const answer = await send(address, entries, (waiting) => {
    busy(waiting ? "等网络恢复…" : "正在提交…");
    complain(waiting ? "没有网络，已存在手机里。有网自动发出；关掉页面的话，下次打开这张工单时会接着发。" : "");
  });
  const login = new URL(answer.address).pathname.startsWith("/login") || answer.status === 401;
  if (login || answer.status === 403) {
    busy("");
    complain("登录过期了，填的内容还在手机里。请重新登录，再打开这张工单就会自动发出。");
    return;
  }
  await forget(address);
  if (answer.status < 400) location.replace(answer.address);
  else refused(answer.page);
}

function refused(page) {
  const nonce = page.querySelector("#sheet [name=nonce]");
  if (nonce) form.elements.nonce.value = nonce.value;
  busy("");
  complain((page.getElementById("wrong") ?? page.body).textContent.trim().slice(0, 200));
}

function missing() {
  const { done, words, rating } = form.elements;
  if ((done?.checked || done?.type === "hidden") && !words.value.trim()) return "请写一句做了什么";
  if (pad?.signed() && !rating.value) return "请让客户点一下星星再签字";
  if (rating?.value && !pad.signed()) return "请客户在签名框里签上名字";
  return "";
}

function complain(words) {
  trouble.textContent = words;
  trouble.hidden = !words;
}

function busy(words) {
  go.setAttribute("aria-busy", words ? "true" : "false");
  go.querySelector("span").textContent = words || "提交现场记录";
}

// Parts: another row, and a bar code read from a picture where the phone can.
const parts = document.getElementById("parts");

function freshRow() {
  const rows = [...parts.querySelectorAll(".part")];
  const empty = rows.find((row) => !row.querySelector("[name=part]").value);
  if (empty) return empty;
  const row = rows.at(-1).cloneNode(true);
  row.querySelector("[name=part]").value = "";
  row.querySelector("[name=pieces]").value = "1";
  rows.at(-1).after(row);
  return row;
}

document.getElementById("more-parts").addEventListener("click", () => freshRow().querySelector("[name=part]").focus());

const scan = document.getElementById("scan");
const note = document.getElementById("scan-note");
if ("BarcodeDetector" in window) {
  scan.hidden = false;
  scan.querySelector("input").addEventListener("change", async (event) => {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    const [found] = await new BarcodeDetector().detect(await createImageBitmap(file)).catch(() => []);
    note.textContent = found ? "" : "没有看清条码，请拍近一点，或者直接写编码";
    if (found) freshRow().querySelector("[name=part]").value = found.rawValue.slice(0, 64);
  });
}

addEventListener("pageshow", (event) => event.persisted && busy(""));

// What was filled in without a network, on a page that was closed since: sent under its own nonce, with this login.
const left = await kept(address);
if (left) {
  document.getElementById("unsent").hidden = false;
  busy("上次填的还没发出去，正在发…");
  await deliver(left.map(([name, value]) => [name, name === "token" ? form.elements.token.value : value]));
}
