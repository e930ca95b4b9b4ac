// What a platform's client makes of a card's payload, in one shape:
// {chip: {text, tone}, title, desc, headline, about, picture, rows: [{label, nodes}], quote, notes: [nodes], outcome}

import { link } from "./dom.js";
import { blocks, inline } from "./markdown.js";

const WECOM_TONES = ["gray", "blue", "red", "green"];

export function face(platform, shown) {
  return platform === "wecom" ? ofWeCom(shown.raw.template_card ?? {}) : ofDingTalk(shown.raw);
}

function ofWeCom(card) {
  const area = card.image_text_area ?? {};
  const said = [...(card.vertical_content_list ?? []), ...(area.title || area.desc ? [area] : [])];
  return {
    chip: { text: card.source?.desc ?? "", tone: WECOM_TONES[card.source?.desc_color ?? 0] ?? "gray" },
    title: card.main_title?.title ?? "",
    desc: card.main_title?.desc ?? "",
    headline: card.emphasis_content?.title ?? "",
    about: card.emphasis_content?.desc ?? "",
    picture: card.card_image?.url ?? area.image_url ?? "",
    rows: (card.horizontal_content_list ?? []).map((row) => ({
      label: row.keyname,
      nodes: [row.type === 1 ? link(row.url, {}, row.value ?? "") : (row.value ?? "")],
    })),
    quote: [card.quote_area?.title, card.quote_area?.quote_text].filter(Boolean).join("\n"),
    notes: [
      ...said.map((each) => [[each.title, each.desc].filter(Boolean).join("\n")]),
      ...(card.sub_title_text ? [[card.sub_title_text]] : []),
    ],
    outcome: "",
  };
}

function ofDingTalk(values) {
  const drawn = {
    chip: { text: values.status ?? "", tone: values.tone || "gray" },
    title: values.title ?? "",
    desc: plain(values.subtitle ?? ""),
    headline: "",
    about: "",
    picture: "",
    rows: [],
    quote: "",
    notes: [],
    outcome: plain(values.outcome ?? ""),
  };
  for (const block of blocks(values.content ?? "")) {
    if (block.kind === "h" && !drawn.headline) drawn.headline = plain(block.text);
    else if (block.kind === "row") drawn.rows.push({ label: plain(block.label), nodes: inline(block.text) });
    else if (block.kind === "quote") drawn.quote += (drawn.quote && "\n") + plain(block.text);
    else drawn.notes.push(inline(block.text));
  }
  return drawn;
}

const plain = (text) =>
  inline(text)
    .map((node) => (typeof node === "string" ? node : node.textContent))
    .join("");
