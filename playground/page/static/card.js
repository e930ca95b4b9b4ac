// A card with its questions and buttons.

import { el, icon, link } from "./dom.js";
import { face } from "./faces.js";

const WEIGHTS = { 1: "primary", blue: "primary", submit: "primary", 2: "danger", red: "danger" };

/** Draw the card; `press(key, selections)` is called for a button. */
export function card(platform, shown, press) {
  const drawn = face(platform, shown);
  const questions = shown.selects.map((select) => question(select));
  const pressed = (button) => press(button.key, Object.assign({}, ...questions.map((each) => each.answer())));
  const of = (...styles) => shown.buttons.filter((button) => styles.includes(button.style));
  const deeds = shown.buttons.filter((button) => !["menu", "jump", "card"].includes(button.style));
  const buttons =
    deeds.length > 0 &&
    el("div", { class: `buttons of-${Math.min(deeds.length, 3)}` }, ...deeds.map((each) => deed(each, pressed)));
  const asked = [
    ...questions.map((each) => each.element),
    ...formButton(platform, shown).map((each) => deed(each, pressed)),
  ];
  return el(
    "section",
    { class: "card", "aria-label": shown.title },
    head(drawn, menu(of("menu"), pressed)),
    drawn.picture && el("img", { class: "picture", src: drawn.picture, alt: "" }),
    drawn.headline && el("p", { class: "headline" }, drawn.headline, drawn.about && el("small", {}, drawn.about)),
    drawn.rows.length > 0 &&
      el(
        "dl",
        { class: "rows" },
        ...drawn.rows.flatMap((row) => [el("dt", {}, row.label), el("dd", {}, ...row.nodes)]),
      ),
    drawn.quote && el("blockquote", {}, drawn.quote),
    ...drawn.notes.map((nodes) => el("p", { class: "note" }, ...nodes)),
    drawn.outcome && el("p", { class: "outcome" }, drawn.outcome),
    ...(platform === "dingtalk" ? [buttons, ...asked] : [...asked, buttons]), // where their own cards have them
    ...of("jump", "card").map((each) =>
      link(each.url, { class: "onward" }, each.style === "card" ? "查看详情" : each.text, icon("next")),
    ),
  );
}

function head(drawn, corner) {
  const chip = drawn.chip.text && el("span", { class: `status ${drawn.chip.tone}` }, drawn.chip.text);
  return el(
    "header",
    {},
    el("div", { class: "line" }, el("h3", {}, drawn.title), chip, corner),
    drawn.desc && el("p", { class: "desc" }, drawn.desc),
  );
}

function menu(entries, pressed) {
  if (!entries.length) return null;
  const items = entries.map((entry) => el("button", { type: "button", onclick: () => pressed(entry) }, entry.text));
  return el(
    "details",
    { class: "corner" },
    el("summary", { "aria-label": "更多" }, icon("more")),
    el("div", {}, ...items),
  );
}

function deed(button, pressed) {
  const weight = WEIGHTS[button.style] ?? "plain";
  if (!button.enabled) return el("span", { class: "deed grey" }, button.text);
  if (button.url) return link(button.url, { class: `deed ${weight}` }, button.text);
  return el("button", { type: "button", class: `deed ${weight}`, onclick: () => pressed(button) }, button.text);
}

/** DingTalk's form component brings its own button, whose action is called "form" (DingTalk reference 5.7). */
function formButton(platform, shown) {
  const asks = platform === "dingtalk" && shown.selects.some((select) => select.enabled);
  const there = shown.buttons.some((button) => button.key.includes('"actionId":"form"'));
  if (!asks || there) return [];
  return [{ key: JSON.stringify({ actionId: "form" }), text: "提交", url: "", style: "submit", enabled: true }];
}

/** One question: {element, answer() → {key: [option ids]}}; a drop-down nobody touched answers nothing. */
function question(select) {
  const tick = select.options.length === 1 && select.options[0][0] === "true"; // DingTalk's CHECKBOX
  return select.many || tick ? checklist({ ...select, title: tick ? "" : select.title }) : dropdown(select);
}

function dropdown(select) {
  const [chosen = ""] = select.selected;
  const blank = chosen ? [] : [el("option", { value: "" }, "请选择")];
  const options = select.options.map(([id, text]) => el("option", { value: id, selected: id === chosen }, text));
  const list = el("select", { disabled: !select.enabled }, ...blank, ...options);
  const element = el("label", { class: "question" }, el("span", {}, select.title || "请选择"), list);
  return { element, answer: () => (list.value ? { [select.key]: [list.value] } : {}) };
}

function checklist(select) {
  const boxes = select.options.map(([id, text]) => {
    const box = el("input", {
      type: "checkbox",
      value: id,
      checked: select.selected.includes(id),
      disabled: !select.enabled,
    });
    return { box, element: el("label", {}, box, text) };
  });
  const element = el(
    "fieldset",
    { class: "question" },
    select.title && el("legend", {}, select.title),
    ...boxes.map((each) => each.element),
  );
  const ticked = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { element, answer: () => ({ [select.key]: ticked() }) };
}
