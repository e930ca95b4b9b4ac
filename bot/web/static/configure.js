// The price moves while sizes and options are set. The server works it out; this only sends the form and shows the answer.
const WAIT = 250;

function row([label, words]) {
  const box = document.createElement("div");
  const name = document.createElement("dt");
  const said = document.createElement("dd");
  name.textContent = label;
  said.textContent = words;
  box.append(name, said);
  return box;
}

function bar(form, barred) {
  for (const select of form.querySelectorAll("select")) {
    const reasons = barred[select.name.replace(/^op:/, "")] ?? {};
    for (const option of select.options) {
      const reason = reasons[option.value];
      option.disabled = Boolean(reason) && !option.selected;
      option.textContent = reason ? `${option.value}（${reason}）` : option.value;
    }
  }
}

function show(form, answer) {
  const came = form.querySelector(".came");
  came.querySelector(".said")?.remove();
  if (answer.wrong) {
    const words = document.createElement("p");
    words.className = "said bad";
    words.textContent = answer.wrong;
    came.prepend(words);
  }
  came.querySelector("dl").replaceChildren(...answer.rows.map(row));
  bar(form, answer.barred);
}

for (const form of document.querySelectorAll(".configure[data-price]")) {
  form.classList.add("scripted");
  const came = form.querySelector(".came");
  let timer = 0;
  let asked = 0;

  async function price() {
    const mine = ++asked;
    came.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.dataset.price, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      // An answer to an older question would show the wrong price.
      if (mine === asked && answer.headers.get("Content-Type")?.startsWith("application/json")) show(form, await answer.json());
    } catch {
      if (mine === asked) show(form, { wrong: "没有网络，价格没有更新。", rows: [], barred: {} });
    } finally {
      if (mine === asked) came.setAttribute("aria-busy", "false");
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(price, WAIT);
  });
}
