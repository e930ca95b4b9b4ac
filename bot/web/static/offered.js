// The customer's yes: his name, and his signature drawn with a finger. Without this script the name alone is asked for.
import { prepare } from "./pad.js";

const form = document.getElementById("accept");
const go = document.getElementById("go");
const trouble = document.getElementById("trouble");
form.querySelector(".scripted").hidden = false;
const pad = prepare(form.querySelector(".pad"));
form.noValidate = true;

function wrong() {
  if (!form.signer.value.trim()) return "请写上您的姓名";
  if (!pad.signed()) return "请在签名框里签上名字";
  return "";
}

for (const change of ["input", "pointerdown"]) {
  form.addEventListener(change, () => {
    trouble.hidden = true;
  });
}

form.addEventListener("submit", (event) => {
  const said = wrong();
  trouble.textContent = said;
  trouble.hidden = !said;
  if (said || go.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    if (said) trouble.scrollIntoView({ block: "center" });
    return;
  }
  form.signature.value = pad.picture();
  go.setAttribute("aria-busy", "true");
});

addEventListener("pageshow", () => go.setAttribute("aria-busy", "false"));
