// Where a person types, and what can be sent besides words.

import { el, icon } from "./dom.js";

const GROUP = "全员群";

/** `send.text(words, group)`, where `group` is empty for the chat with the bot alone, `send.file(kind, file)`, `send.voice(words)`; each is answered when the platform took it. */
export class Composer {
  constructor(send) {
    this.send = send;
    this.group = "";
    this.box = el("textarea", { rows: 1, "aria-label": "消息", placeholder: "发消息", enterkeyhint: "send" });
    this.go = el("button", { type: "submit", class: "send", disabled: true }, "发送");
    this.tray = el(
      "div",
      { class: "tray", hidden: true },
      this.#chooser("图片", "picture", "image", "image/png,image/jpeg,image/gif"),
      this.#chooser("文件", "file", "file", ""),
      this.#recorder(),
      this.#place(),
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
    this.send.text(words, this.group);
  }

  #grow() {
    this.go.disabled = !this.box.value.trim();
    this.box.style.height = "auto";
    this.box.style.height = `${this.box.scrollHeight + 2}px`;
  }

  #toggle(open = this.tray.hidden) {
    this.tray.hidden = !open;
  }

  /** The switch between the chat with the bot and a group where it is called by name. */
  #place() {
    const turn = () => {
      this.group = this.group ? "" : GROUP;
      this.box.placeholder = this.group ? `在“${GROUP}”里 @ 机器人` : "发消息";
      label.textContent = this.group ? "回单聊" : "群里@";
      this.#toggle(false);
    };
    const label = el("span", {}, "群里@");
    return el("button", { type: "button", onclick: turn }, icon("wire"), label);
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
