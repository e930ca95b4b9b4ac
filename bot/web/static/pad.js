// The signature: a finger on a canvas. `box` is the .pad around canvas and button.

export function prepare(box) {
  const canvas = box.querySelector("canvas");
  const clear = box.querySelector("button");
  const ink = canvas.getContext("2d");
  let last = null;
  let signed = false;

  function wipe() {
    const scale = Math.min(devicePixelRatio || 1, 2);
    canvas.width = Math.round(canvas.clientWidth * scale);
    canvas.height = Math.round(canvas.clientHeight * scale);
    ink.setTransform(scale, 0, 0, scale, 0, 0);
    ink.lineCap = ink.lineJoin = "round";
    ink.strokeStyle = ink.fillStyle = "#12233a";
    signed = false;
    box.classList.remove("signed");
    clear.hidden = true;
  }

  const place = (event) => ({ x: event.offsetX, y: event.offsetY, at: event.timeStamp });

  canvas.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    if (!canvas.width || (!signed && canvas.width !== Math.round(canvas.clientWidth * Math.min(devicePixelRatio || 1, 2)))) wipe();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    ink.beginPath();
    ink.arc(last.x, last.y, 1.6, 0, Math.PI * 2);
    ink.fill();
    signed = true;
    box.classList.add("signed");
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

  clear.addEventListener("click", wipe);
  wipe();
  return { signed: () => signed, picture: () => canvas.toDataURL("image/png") };
}
