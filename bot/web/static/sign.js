// The sign-off on the progress page: stars and a signature, both there before it is sent.

import { prepare } from "./pad.js";

const form = document.getElementById("sign");
const trouble = document.getElementById("trouble");
const go = document.getElementById("go");
const pad = prepare(document.getElementById("pad").parentElement);

form.noValidate = true;

for (const change of ["input", "pointerdown"]) {
  form.addEventListener(change, () => {
    trouble.hidden = true;
  });
}

form.addEventListener("submit", (event) => {
  const wrong = !form.elements.rating.value
    ? "请点一下星星，给师傅打个分"
    : pad.signed()
      ? ""
      : "请在签名框里签上名字";
  trouble.textContent = wrong;
  trouble.hidden = !wrong;
  if (wrong || go.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.elements.signature.value = pad.picture();
  go.setAttribute("aria-busy", "true");
  go.querySelector("span").textContent = "正在提交…";
});

addEventListener("pageshow", () => {
  go.setAttribute("aria-busy", "false");
  go.querySelector("span").textContent = "确认签收";
});
