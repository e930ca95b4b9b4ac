// One message of a chat.

import { mediaUrl } from "./api.js";
import { card } from "./card.js";
import { el, icon, link } from "./dom.js";
import { linked, markdown } from "./markdown.js";
import { avatar } from "./people.js";

/** Draw what is shown to this door; `press(key, selections)` for a card's buttons. */
export function message(door, shown, press) {
  const body = shown.kind === "card" ? card(door.platform, shown, press) : bubble(door.platform, shown);
  const from = shown.mine
    ? avatar(door.person)
    : el("img", { class: "avatar bot", src: "/play/static/icon.svg", alt: "跟单" });
  const place = shown.place && el("small", { class: "place" }, shown.place);
  return el("li", { class: `message ${shown.mine ? "mine" : "theirs"}`, "data-id": shown.id }, from, place, body);
}

function bubble(platform, shown) {
  return (BUBBLES[shown.kind] ?? text)(platform, shown);
}

const text = (_, shown) => el("div", { class: "bubble" }, ...linked(shown.text));

function rich(_, shown) {
  const { msgParam, markdown: body, actionCard, action_card: notice } = shown.raw;
  const source = msgParam?.text ?? body?.text ?? body?.content ?? actionCard?.text ?? notice?.markdown ?? shown.text;
  return el("div", { class: "bubble rich" }, ...markdown(source), ...links(shown));
}

function picture(platform, shown) {
  const url = mediaUrl(platform, shown.media_id);
  const image = el("img", { src: url, alt: shown.title || "图片" });
  return el("a", { class: "bubble picture", href: url, target: "_blank", rel: "noopener" }, image);
}

function voice(_, shown) {
  const words = shown.text && el("p", { class: "transcript" }, shown.text);
  return el("div", { class: "bubble voice" }, el("span", { class: "sound" }, icon("waves"), "语音"), words);
}

function file(platform, shown) {
  const name = el("span", {}, shown.title || "文件");
  return el(
    "a",
    { class: "bubble file", href: mediaUrl(platform, shown.media_id), download: true },
    icon("file"),
    name,
  );
}

function page(_, shown) {
  const words = [shown.title && el("strong", {}, shown.title), shown.text && el("p", {}, shown.text)];
  return el("div", { class: "bubble rich" }, ...words, ...links(shown));
}

const links = (shown) =>
  shown.buttons.map((button) => link(button.url, { class: "onward" }, button.text, icon("next")));

const BUBBLES = { text, markdown: rich, image: picture, voice, video: file, file, link: page, location: page };
