// The few marks of markdown that the two platforms draw, as elements. Everything else stays text.

import { el, link } from "./dom.js";

const INLINE =
  /\\([\\`*_{}[\]()#+\-.!>~|<])|!?\[([^\]]*)\]\(([^)\s]*)\)|\*\*(.+?)\*\*|`([^`]+)`|<font color="?'?(\w+)"?'?>(.*?)<\/font>|(https?:\/\/[^\s<>"'，。；！？（）【】]+)/;

/** The nodes of one line. */
export function inline(text) {
  const nodes = [];
  let rest = text;
  for (let match = INLINE.exec(rest); match; match = INLINE.exec(rest)) {
    nodes.push(rest.slice(0, match.index));
    const [all, escaped, label, url, bold, code, colour, coloured, address] = match;
    if (escaped !== undefined) nodes.push(escaped);
    else if (label !== undefined) nodes.push(link(url, {}, ...inline(label)));
    else if (bold !== undefined) nodes.push(el("strong", {}, ...inline(bold)));
    else if (code !== undefined) nodes.push(el("code", {}, code));
    else if (colour !== undefined) nodes.push(el("span", { class: `ink-${colour}` }, ...inline(coloured)));
    else nodes.push(link(address, {}, address));
    rest = rest.slice(match.index + all.length);
  }
  nodes.push(rest);
  return nodes.filter((node) => node !== "");
}

/** The blocks of a text: [{kind: "h"|"small"|"quote"|"item"|"row"|"p", …}], the shapes cards are drawn from. */
export function blocks(text) {
  return text
    .replaceAll(/<br\s*\/?>/g, "\n")
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean)
    .map(block);
}

function block(line) {
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) return { kind: heading[1].length > 4 ? "small" : "h", text: heading[2] };
  const quote = /^>\s?(.*)$/.exec(line);
  if (quote) return { kind: "quote", text: quote[1] };
  const row = /^(?:[-*]\s+)?\*\*([^*]+)\*\*\s*：\s*(.*)$/.exec(line);
  if (row) return { kind: "row", label: row[1], text: row[2] };
  const item = /^(?:[-*]|\d+\.)\s+(.*)$/.exec(line);
  return item ? { kind: "item", text: item[1] } : { kind: "p", text: line };
}

const TAGS = { h: "h4", small: "small", quote: "blockquote", item: "li", p: "p" };

/** The whole text as elements, for a bubble. */
export function markdown(text) {
  return blocks(text).map((each) =>
    each.kind === "row"
      ? el("p", {}, el("strong", {}, ...inline(each.label)), "：", ...inline(each.text))
      : el(TAGS[each.kind], {}, ...inline(each.text)),
  );
}

const ADDRESS = /<a\s+href="([^"]*)"[^>]*>(.*?)<\/a>|(https?:\/\/[^\s<>"'，。；！？（）【】]+)/g;

/** Plain text with its addresses as links; WeCom's text messages may also carry <a href>. */
export function linked(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(ADDRESS)) {
    nodes.push(text.slice(from, match.index), link(match[1] ?? match[3], {}, match[2] ?? match[3]));
    from = match.index + match[0].length;
  }
  return [...nodes, text.slice(from)].filter((node) => node !== "");
}
