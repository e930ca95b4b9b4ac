// Makes the report page pleasant: photos are shrunk here, mistakes are shown here, a dead network is waited out.
// Without this script the form works as it stands.

import { entriesOf, forget, kept, send } from "./outgoing.js";
import { prepare as preparePhotos } from "./photos.js";
import { prepare as prepareVoice } from "./voice.js";

const form = document.getElementById("report");
const trouble = document.getElementById("trouble");
const go = document.getElementById("go");
const address = location.pathname;

const photos = preparePhotos(document.getElementById("photos"), document.getElementById("photos-note"));
const voice = prepareVoice(document.getElementById("voice"));

form.noValidate = true;

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
  busy("正在提交…");
  await photos.ready();
  await deliver([...entriesOf(form), ...voice.entries()]);
});

async function deliver(entries) {
  complain("");
  const answer = await send(address, entries, (waiting) => {
    busy(waiting ? "等网络恢复…" : "正在提交…");
    complain(waiting ? "现在没有网络。不用管，网络一恢复就自动提交；关掉本页的话，下次扫码打开时会接着提交。" : "");
  });
  await forget(address);
  if (new URL(answer.address).pathname !== address) location.replace(answer.address);
  else refused(answer.page);
}

// The form came back with words: what was filled in here stays, with the new nonce and perhaps a question.
function refused(page) {
  const nonce = page.querySelector("#report [name=nonce]");
  if (nonce) {
    form.elements.nonce.value = nonce.value;
    document.getElementById("challenge").replaceChildren(...page.getElementById("challenge").childNodes);
  }
  const words = page.getElementById("wrong") ?? page.querySelector("h1") ?? page.body;
  busy("");
  complain(words.textContent.trim().slice(0, 200));
}

function missing() {
  const { words, phone, consent, answer } = form.elements;
  const urgent = form.elements.urgent;
  if (!urgent.value) return { at: urgent[0], words: "请选一下：停机了，还是还能用" };
  const shown = new FormData(form).getAll("photos").some((photo) => photo.size) || voice.entries().length;
  if (!words.value.trim() && !shown) return { at: words, words: "请写一句哪里不对，或拍张照、说段话" };
  if (!/^\+?[0-9][0-9 -]{4,18}[0-9]$/.test(phone.value.trim())) return { at: phone, words: "请留一个能打通的电话" };
  if (!consent.checked) return { at: consent, words: "请先勾选同意" };
  if (answer && !answer.value.trim()) return { at: answer, words: "请回答上面的问题" };
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
addEventListener("pageshow", (event) => event.persisted && busy(""));

// What was filled in without a network, on a page that was closed since.
const left = await kept(address);
if (left) {
  busy("上次填的还没提交，正在提交…");
  await deliver(left);
}
