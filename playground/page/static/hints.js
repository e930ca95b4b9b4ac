// The first visit: three sentences to try, each in the right person's box.

import { el, icon } from "./dom.js";
import { avatar, PLATFORMS, roleOf } from "./people.js";

const DISMISSED = "gendan.play.hints";
const SENTENCES = {
  sales: "展会上认识的苏州恒力机械王总，13812345678，想要两台X200，预算30万左右，下周三前给报价",
  manager: "待审批",
  engineer: "到了",
};

/** Fill the strip for the story's `people` ({sales: door, …}); `type(door, sentence)` writes into a phone. */
export function hints(strip, people, type) {
  if (localStorage.getItem(DISMISSED)) return;
  const cards = Object.entries(SENTENCES)
    .filter(([role]) => people[role])
    .map(([role, sentence]) => hint(people[role], sentence, type));
  if (!cards.length) return;
  const close = () => {
    localStorage.setItem(DISMISSED, "1");
    strip.hidden = true;
  };
  strip.append(
    el("p", {}, el("b", {}, "第一次来？"), "点一句，它会写进这个人的输入框，再按发送。"),
    el("div", { class: "cards" }, ...cards),
    el("button", { type: "button", class: "close", "aria-label": "不再提示", onclick: close }, icon("close")),
  );
  strip.hidden = false;
}

function hint(door, sentence, type) {
  const who = el("small", {}, `${door.person.name} · ${roleOf(door.person)} · ${PLATFORMS[door.platform]}`);
  return el(
    "button",
    { type: "button", class: "hint", onclick: () => type(door, sentence) },
    avatar(door.person),
    el("span", {}, who, el("q", {}, sentence)),
  );
}
