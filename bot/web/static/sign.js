// The signature: a finger on a canvas becomes a PNG in the hidden field.

const form = document.getElementById("sign");
const canvas = document.getElementById("pad");
const pad = canvas.parentElement;
const clear = document.getElementById("clear");
const trouble = document.getElementById("trouble");
const go = document.getElementById("go");
const ink = canvas.getContext("2d");

form.noValidate = true;

let last = null;
let signed = false;

function prepare() {
  const scale = Math.min(window.devicePixelRatio || 1, 2);
  canvas.width = Math.round(canvas.clientWidth * scale);
  canvas.height = Math.round(canvas.clientHeight * scale);
  ink.setTransform(scale, 0, 0, scale, 0, 0);
  ink.lineCap = ink.lineJoin = "round";
  ink.strokeStyle = ink.fillStyle = "#12233a";
  signed = false;
  pad.classList.remove("signed");
  clear.hidden = true;
}

const place = (event) => ({ x: event.offsetX, y: event.offsetY, at: event.timeStamp });

canvas.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  canvas.setPointerCapture(event.pointerId);
  last = place(event);
  ink.beginPath();
  ink.arc(last.x, last.y, 1.6, 0, Math.PI * 2);
  ink.fill();
  signed = true;
  pad.classList.add("signed");
  clear.hidden = false;
});

canvas.addEventListener("pointermove", (event) => {
  if (!last) return;
  for (const each of event.getCoalescedEvents?.() ?? [event]) {
    const next = place(each);
    // A quick stroke is thinner, as with a pen.
    const speed = Math.hypot(next.x - last.x, next.y - last.y) / Math.max(next.at - last.at, 1);
    ink.lineWidth = Math.max(2, 4.2 - speed);
    ink.beginPath();
    ink.moveTo(last.x, last.y);
    ink.lineTo(next.x, next.y);
    ink.stroke();
    last = next;
  }
});

for (const end of ["pointerup", "pointercancel"]) {
  canvas.addEventListener(end, () => {
    last = null;
  });
}

clear.addEventListener("click", prepare);

for (const change of ["input", "pointerdown"]) {
  form.addEventListener(change, () => {
    trouble.hidden = true;
  });
}

form.addEventListener("submit", (event) => {
  const wrong = !form.elements.rating.value
    ? "请点一下星星，给师傅打个分"
    : signed
      ? ""
      : "请在签名框里签上名字";
  trouble.textContent = wrong;
  trouble.hidden = !wrong;
  if (wrong || go.getAttribute("aria-busy") === "true") {
    event.preventDefault();
    return;
  }
  form.elements.signature.value = canvas.toDataURL("image/png");
  go.setAttribute("aria-busy", "true");
  go.querySelector("span").textContent = "正在提交…";
});

window.addEventListener("pageshow", () => {
  go.setAttribute("aria-busy", "false");
  go.querySelector("span").textContent = "确认签收";
});

prepare();
