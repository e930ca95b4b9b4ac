// One phone: a person's chat with the bot on one platform.

import * as api from "./api.js";
import { Composer } from "./composer.js";
import { el } from "./dom.js";
import { message } from "./message.js";
import { avatar, chip, PLATFORMS, roleOf } from "./people.js";

const PAUSE = 5 * 60;
const TOAST_MS = 2600;
const VOICE_HINTS = {
  wecom: "企业微信不把语音转成的文字交给应用，机器人只收到声音。",
  dingtalk: "钉钉会把这段话当作语音识别的结果交给机器人。",
};
// Two seconds of silence: the beginning of an AMR file and a hundred frames of 12.2 kbit/s.
const SILENCE = new Uint8Array([
  ...new TextEncoder().encode("#!AMR\n"),
  ...Array(100)
    .fill([0x3c, ...Array(31).fill(0)])
    .flat(),
]);

const clockTime = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});
const dayTime = new Intl.DateTimeFormat("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric" });

export class Phone {
  #drawn = new Map(); // message id → {as: what was drawn, element}; moment → {element} of a time between
  #again = false;
  #looking = null;
  #low = true; // the end of the chat is in sight
  #height = 0; // of the chat when it was last scrolled to its end

  constructor(door) {
    this.door = door;
    this.silence = el(
      "li",
      { class: "empty" },
      el("b", {}, "像平时一样说话"),
      el("span", {}, "机器人能听懂一句话的跟进、报价、审批和报修"),
    );
    this.chat = el("ol", { class: "chat", role: "log", "aria-label": "聊天记录" }, this.silence);
    this.chat.addEventListener("scroll", () => {
      // Told late: by now the chat may have grown under a scroll of our own.
      if (this.#low && this.chat.scrollHeight > this.#height) this.#toTheEnd();
      else this.#low = this.chat.scrollHeight - this.chat.scrollTop - this.chat.clientHeight < 80;
    });
    // A picture that arrives late and a tray that opens leave the newest message where it can be seen.
    const stay = () => this.#low && this.#toTheEnd();
    this.chat.addEventListener("load", stay, { capture: true });
    new ResizeObserver(stay).observe(this.chat);
    this.toastLine = el("p", { class: "toast", role: "status", hidden: true });
    this.composer = new Composer({
      text: (words, group) => this.#deed(api.say(door, words, group)),
      file: (kind, file) => this.#deed(api.sendFile(door, kind, file)),
      voice: (words) => this.#deed(api.sendFile(door, "voice", new File([SILENCE], "语音.amr"), words)),
      voiceHint: VOICE_HINTS[door.platform],
    });
    this.element = el(
      "article",
      { class: `phone ${door.platform}`, "data-door": door.key, "aria-label": `${door.person.name}的手机` },
      el(
        "header",
        { class: "nameplate" },
        avatar(door.person),
        el("b", {}, door.person.name),
        el("span", {}, roleOf(door.person)),
        chip(door.platform),
      ),
      el(
        "div",
        { class: "device" },
        el(
          "header",
          { class: "bar" },
          el("b", {}, "跟单"),
          el("small", {}, `${PLATFORMS[door.platform]} · ${door.person.name}`),
        ),
        this.chat,
        this.toastLine,
        this.composer.element,
      ),
    );
    this.refresh();
  }

  /** Look at the screen again; a wish made while looking is granted once, by another look. */
  refresh() {
    this.#again = true;
    this.#looking ??= this.#look().finally(() => (this.#looking = null));
    return this.#looking;
  }

  async #look() {
    try {
      while (this.#again) {
        this.#again = false;
        this.#draw((await api.screen(this.door)).messages);
      }
    } catch (error) {
      if (!(error instanceof TypeError)) this.toast(error.message); // a TypeError is a lost connection, told elsewhere
    }
  }

  fill(words) {
    this.composer.fill(words);
    this.composer.box.focus({ preventScroll: true });
  }

  toast(words) {
    this.toastLine.textContent = words;
    this.toastLine.hidden = false;
    clearTimeout(this.toastTimer);
    this.toastTimer = setTimeout(() => (this.toastLine.hidden = true), TOAST_MS);
  }

  async #deed(answer) {
    this.refresh(); // what was said stands on the screen before the bot has answered
    try {
      const sent = await answer;
      const last = sent.attempts.at(-1);
      const taken = sent.attempts.some((each) => each.status >= 200 && each.status < 300);
      if (!last) this.toast("平台没有把它交给机器人");
      else if (!taken) this.toast(`机器人没有收下：${last.error || `HTTP ${last.status}`}`);
    } catch (error) {
      this.toast(error.message);
    }
    await this.refresh();
  }

  async #press(shown, key, selections) {
    const { element } = this.#drawn.get(shown.id);
    element.classList.add("busy");
    await this.#deed(api.press(this.door, shown.id, key, selections));
    element.classList.remove("busy");
    const now = this.messages.find((each) => each.id === shown.id);
    if (now?.toast) this.toast(now.toast);
  }

  #draw(messages) {
    this.messages = messages;
    let changed = false;
    const rows = [];
    let last = 0;
    for (const shown of messages) {
      if (shown.at - last > PAUSE) rows.push(this.#time(shown.at));
      last = shown.at;
      const as = JSON.stringify({ ...shown, toast: "" });
      const before = this.#drawn.get(shown.id);
      if (before?.as !== as) {
        const element = message(this.door, shown, (key, selections) => this.#press(shown, key, selections));
        element.classList.add(before ? "redrawn" : "arrived");
        this.#drawn.set(shown.id, { as, element });
        changed ||= !before;
      }
      rows.push(this.#drawn.get(shown.id).element);
    }
    this.#place(rows.length ? rows : [this.silence]);
    if (changed && (this.#low || messages.at(-1)?.mine)) this.#toTheEnd();
  }

  /** Move as little as possible: an element that stays in its place keeps its focus and its open drop-down. */
  #place(rows) {
    rows.forEach((row, place) => {
      const there = this.chat.children[place];
      if (there === row) return;
      if (there?.dataset.id && there.dataset.id === row.dataset.id) there.replaceWith(row);
      else this.chat.insertBefore(row, there ?? null);
    });
    while (this.chat.children.length > rows.length) this.chat.lastChild.remove();
  }

  #toTheEnd() {
    this.#height = this.chat.scrollHeight;
    this.chat.scrollTop = this.#height;
  }

  #time(at) {
    const known = this.#drawn.get(at);
    if (known) return known.element;
    const when = new Date(at * 1000);
    const today = dayTime.format(when) === dayTime.format(new Date());
    const words = today ? clockTime.format(when) : `${dayTime.format(when)} ${clockTime.format(when)}`;
    const element = el("li", { class: "time" }, words);
    this.#drawn.set(at, { element });
    return element;
  }
}
