// Where a person types, and what can be sent besides words.

import { el, icon } from "./dom.js";

/** `send.text(words)`, `send.file(kind, file)`, `send.voice(words)`; each is answered when the platform took it. */
export class Composer {
  constructor(send) {
    this.send = send;
    this.box = el("textarea", { rows: 1, "aria-label": "消息", placeholder: "发消息", enterkeyhint: "send" });
    this.go = el("button", { type: "submit", class: "send", disabled: true }, "发送");
    this.tray = el(
      "div",
      { class: "tray", hidden: true },
      this.#chooser("图片", "picture", "image", "image/png,image/jpeg,image/gif"),
      this.#chooser("文件", "file", "file", ""),
      this.#recorder(),
    );
    const more = el(
      "button",
      { type: "button", class: "plus", "aria-label": "更多", onclick: () => this.#toggle() },
      icon("plus"),
    );
    this.element = el(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      more,
      this.box,
      this.go,
      this.tray,
    );
    this.box.addEventListener("input", () => this.#grow());
    this.box.addEventListener("keydown", (event) => {
      // While an input method is composing, Enter chooses a word.
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
    });
  }

  get words() {
    return this.box.value;
  }

  /** Put words into the box, ready to be sent. */
  fill(words) {
    this.box.value = words;
    this.#grow();
  }

  #submit(event) {
    event.preventDefault();
    const words = this.box.value.trim();
    if (!words) return;
    this.fill("");
    this.send.text(words);
  }

  #grow() {
    this.go.disabled = !this.box.value.trim();
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  #toggle(open = this.tray.hidden) {
    this.tray.hidden = !open;
  }

  #chooser(label, drawing, kind, accept) {
    const input = el("input", { type: "file", accept, class: "unseen", "aria-label": label });
    input.addEventListener("change", () => {
      const [file] = input.files;
      input.value = "";
      this.#toggle(false);
      if (file) this.send.file(kind, file);
    });
    return el("label", {}, icon(drawing), label, input);
  }

  #recorder() {
    const said = el("textarea", { rows: 3, required: true, placeholder: "说的话，例如：轴承响，已经停机了" });
    const dialog = el(
      "dialog",
      { class: "sheet", "aria-label": "发语音" },
      el(
        "form",
        { method: "dialog" },
        el("h3", {}, "发语音"),
        said,
        el("p", {}, this.send.voiceHint),
        el(
          "div",
          { class: "buttons of-2" },
          el("button", { value: "", formnovalidate: true, class: "deed plain" }, "取消"),
          el("button", { value: "send", class: "deed primary" }, "发送"),
        ),
      ),
    );
    dialog.addEventListener("close", () => {
      if (dialog.returnValue === "send") this.send.voice(said.value.trim());
      said.value = dialog.returnValue = "";
      dialog.remove();
    });
    const open = () => {
      this.#toggle(false);
      document.body.append(dialog); // a form may not stand inside the composer, which is one
      dialog.showModal();
    };
    return el("button", { type: "button", onclick: open }, icon("voice"), "语音");
  }
}
