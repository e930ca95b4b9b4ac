// Building elements. Text always arrives as a text node: nothing anybody writes is ever parsed as HTML.

/** el("button", {class: "x", onclick: f, hidden: true}, "text", child) → the element. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(Boolean));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of icons.svg. */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `/play/static/icons.svg#${name}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

/** An address that may be followed, or "" for anything but a page, a call or a letter. */
export function safeUrl(text) {
  let url;
  try {
    url = new URL(String(text));
  } catch {
    return "";
  }
  // DingTalk clients open a page in their side bar with dingtalk://dingtalkclient/page/link?url=…
  if (url.protocol === "dingtalk:") return safeUrl(url.searchParams.get("url") ?? "");
  return ["http:", "https:", "tel:", "mailto:"].includes(url.protocol) ? url.href : "";
}

/** A link that opens a new tab; plain words where the address is none. */
export function link(url, attributes, ...children) {
  const href = safeUrl(url);
  if (!href) return el("span", attributes, ...children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, ...children);
}

/** Run `work` once per frame however often the returned function is called. */
export function onceAFrame(work) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      work();
    });
  };
}
