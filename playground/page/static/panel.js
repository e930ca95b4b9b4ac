// The side panel: one tool at a time, opened from the top bar.

import { el, icon } from "./dom.js";

const LAST = "gendan.play.panel";

/** `tools` is {name: {title, open(body)}}; a button with data-panel opens its tool, pressing it again closes. */
export class Panel {
  constructor(aside, buttons, tools) {
    Object.assign(this, { aside, buttons, tools, current: "" });
    for (const button of buttons) button.addEventListener("click", () => this.open(button.dataset.panel));
    const last = sessionStorage.getItem(LAST);
    if (last && matchMedia("(min-width: 900px)").matches) this.open(last);
  }

  open(name) {
    this.current = name === this.current ? "" : name;
    sessionStorage.setItem(LAST, this.current);
    for (const button of this.buttons)
      button.setAttribute("aria-pressed", String(button.dataset.panel === this.current));
    this.leave?.();
    this.leave = null;
    this.aside.replaceChildren();
    this.aside.hidden = !this.current;
    if (!this.current) return;
    const tool = this.tools[this.current];
    const body = el("div", { class: `tool ${this.current}` });
    const close = el(
      "button",
      { type: "button", class: "close", "aria-label": "关闭", onclick: () => this.open(this.current) },
      icon("close"),
    );
    this.aside.append(el("header", {}, el("h2", {}, tool.title), close), body);
    this.leave = tool.open(body);
  }
}
