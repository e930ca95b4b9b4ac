// The people to choose from, and as many phones side by side as there is room for.

import { el } from "./dom.js";
import { changesScreens, receivers } from "./live.js";
import { avatar, chip, PLATFORMS, roleOf } from "./people.js";
import { Phone } from "./phone.js";

const PHONE_WIDTH = 296;
const GAP = 18;
const MOST = 3;
const SEEN = "gendan.play.seen";

export class Stage {
  #phones = new Map(); // door key → Phone, kept when it leaves the stage: a draft is not lost
  #shown = []; // door keys from left to right
  #recent = []; // door keys, the one used last at the end
  #room = 1;
  #seen = JSON.parse(sessionStorage.getItem(SEEN) ?? "{}");

  constructor({ doors, first, roster, stage, live }) {
    Object.assign(this, { doors, first, roster, stage, live });
    this.#drawRoster();
    live.addEventListener("entry", ({ detail }) => this.#hear(detail));
    live.addEventListener("open", () => this.#showing().forEach((phone) => phone.refresh()));
    new ResizeObserver(() => this.#fit()).observe(stage);
    this.#fit();
  }

  /** Bring a person's phone onto the stage and return it. */
  show(key) {
    if (!this.#shown.includes(key)) {
      if (this.#shown.length < this.#room) this.#shown.push(key);
      else this.#shown[this.#shown.indexOf(this.#leastRecent())] = key;
    }
    this.#use(key);
    this.#arrange();
    this.lines
      .find(({ doors }) => doors.some((door) => door.key === key))
      .line.scrollIntoView({ block: "nearest", inline: "nearest" });
    const phone = this.#phone(key);
    phone.element.classList.remove("called");
    requestAnimationFrame(() => phone.element.classList.add("called"));
    return phone;
  }

  #leastRecent() {
    return [...this.#shown].sort((a, b) => this.#recent.indexOf(a) - this.#recent.indexOf(b))[0];
  }

  #use(key) {
    this.#recent = [...this.#recent.filter((each) => each !== key), key];
  }

  #phone(key) {
    if (!this.#phones.has(key)) {
      const phone = new Phone(this.doors.find((door) => door.key === key));
      phone.element.addEventListener("focusin", () => this.#use(key));
      this.#phones.set(key, phone);
    }
    return this.#phones.get(key);
  }

  #showing() {
    return this.#shown.map((key) => this.#phone(key));
  }

  /** Take phones off or put the next of the story on, as the width allows. */
  #fit() {
    const room = Math.floor((this.stage.clientWidth + GAP) / (PHONE_WIDTH + GAP));
    this.#room = Math.min(Math.max(room, 1), MOST);
    while (this.#shown.length > this.#room) this.#shown.splice(this.#shown.indexOf(this.#surplus()), 1);
    for (const door of [...this.first, ...this.doors]) {
      if (this.#shown.length < this.#room && !this.#shown.includes(door.key)) this.#shown.push(door.key);
    }
    this.#arrange();
  }

  /** The phone that gives way: one nobody has used yet, from the right, else the one used longest ago. */
  #surplus() {
    return this.#shown.findLast((key) => !this.#recent.includes(key)) ?? this.#leastRecent();
  }

  #arrange() {
    const elements = this.#showing().map((phone) => phone.element);
    const there = [...this.stage.children];
    if (elements.length !== there.length || elements.some((each, place) => each !== there[place])) {
      const scrolled = new Map(there.map((each) => [each, each.querySelector(".chat").scrollTop]));
      this.stage.replaceChildren(...elements);
      for (const phone of this.#showing()) {
        phone.chat.scrollTop = scrolled.get(phone.element) ?? phone.chat.scrollHeight;
        phone.refresh();
      }
    }
    this.#mark();
  }

  #hear(entry) {
    if (changesScreens(entry)) {
      for (const phone of this.#showing()) if (phone.door.platform === entry.platform) phone.refresh();
    }
    if (receivers(entry).length) this.#mark();
  }

  /** One line per person; somebody with two accounts is opened on either by its chip. */
  #drawRoster() {
    this.lines = [...Map.groupBy(this.doors, (door) => door.person).entries()].map(([person, doors]) => {
      const badge = el("span", { class: "badge", hidden: true });
      const words = el("span", { class: "who" }, el("b", {}, person.name), el("small", {}, roleOf(person)));
      const open = () => this.show((doors.find((door) => this.#shown.includes(door.key)) ?? doors[0]).key);
      const chips = doors.map((door) => {
        const label = `${person.name}，${roleOf(person)}，${PLATFORMS[door.platform]}`;
        return el(
          "button",
          { type: "button", "aria-label": label, "data-door": door.key, onclick: () => this.show(door.key) },
          chip(door.platform),
        );
      });
      const line = el(
        "div",
        { class: "person" },
        el("button", { type: "button", class: "open", onclick: open }, avatar(person), words, badge),
        el("span", { class: "chips" }, ...chips),
      );
      return { doors, line, chips, badge };
    });
    this.roster.append(el("h2", {}, "选一个人"), ...this.lines.map(({ line }) => line));
  }

  /** Show in the roster who is on the stage, and who has something new. */
  #mark() {
    const counts = new Map();
    for (const entry of this.live.entries) {
      for (const user of receivers(entry)) {
        const key = `${entry.platform}:${user}`;
        const seen = this.#seen[key] ?? 0;
        if (entry.n > (seen > this.live.newest ? 0 : seen)) counts.set(key, (counts.get(key) ?? 0) + 1);
      }
    }
    for (const key of this.#shown) {
      this.#seen[key] = this.live.newest;
      counts.delete(key);
    }
    sessionStorage.setItem(SEEN, JSON.stringify(this.#seen));
    for (const { doors, line, chips, badge } of this.lines) {
      const fresh = doors.reduce((sum, door) => sum + (counts.get(door.key) ?? 0), 0);
      line.classList.toggle(
        "shown",
        doors.some((door) => this.#shown.includes(door.key)),
      );
      chips.forEach((button, place) =>
        button.setAttribute("aria-pressed", String(this.#shown.includes(doors[place].key))),
      );
      badge.hidden = !fresh;
      badge.textContent = String(fresh);
    }
  }
}
