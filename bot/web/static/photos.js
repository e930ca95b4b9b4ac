// Photos are shrunk on the phone: less to send, and place and time of the picture stay where they are.
// Works on every box of the page that looks like this: .photos[data-max] > label.add > input[type=file].

const LONG_SIDE = 1600;
const QUALITY = 0.82;

export function prepare(box, note) {
  const add = box.querySelector(".add");
  const input = add.querySelector("input");
  const most = Number(box.dataset.max);
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

  function draw() {
    const list = new DataTransfer();
    box.querySelectorAll(".shot").forEach((old) => {
      URL.revokeObjectURL(old.querySelector("img").src);
      old.remove();
    });
    shots.forEach((file, index) => {
      list.items.add(file);
      box.insertBefore(shown(file, index), add);
    });
    input.files = list.files;
    add.hidden = shots.length >= most;
  }

  function shown(file, index) {
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
    return shot;
  }

  return { ready: () => shrinking };
}

// A canvas keeps pixels only.
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
    return file; // A format this browser cannot draw (HEIC): the server can.
  }
}
