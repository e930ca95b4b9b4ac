// 看线上: what crosses the wire between the bot and the platforms, line by line.

import { el, onceAFrame } from "./dom.js";
import { chip } from "./people.js";

const MOST = 250;
const KINDS = { "": "全部", request: "机器人调用", callback: "平台推送", phone: "人的动作", bad: "只看异常" };
const DEEDS = { say: "说", press: "按了按钮", send_file: "发了" };
const FILES = { image: "图片", file: "文件", voice: "语音", video: "视频" };
const time = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hour12: false,
});

/** Draw the tool into `body`; returns what to do when it is closed. `names` is door key → name. */
export function wire(body, live, names) {
  const words = el("input", { type: "search", placeholder: "筛选：接口、人、内容…", "aria-label": "筛选" });
  const kind = el(
    "select",
    { "aria-label": "哪一类" },
    ...Object.entries(KINDS).map(([value, label]) => el("option", { value }, label)),
  );
  const list = el("ol", { class: "lines" });
  body.append(el("div", { class: "filter" }, words, kind), list);
  const open = new Set();
  const draw = onceAFrame(() => {
    const wanted = words.value.trim().toLowerCase();
    const fits = (line) =>
      (!kind.value || line.kind === kind.value || (kind.value === "bad" && line.bad)) &&
      (!wanted || line.all().toLowerCase().includes(wanted));
    const lines = gathered(live.entries, names).filter(fits).slice(-MOST).reverse();
    list.replaceChildren(...lines.map((line) => drawn(line, open)));
    if (!lines.length)
      list.append(el("li", { class: "nothing" }, live.entries.length ? "没有符合的记录" : "还没有动静。说句话试试。"));
  });
  words.addEventListener("input", draw);
  kind.addEventListener("change", draw);
  live.addEventListener("entry", draw);
  draw();
  return () => live.removeEventListener("entry", draw);
}

/** Entries as lines: an answer joins its request, the end of a person's deed is no line of its own. */
export function gathered(entries, names) {
  const lines = new Map();
  for (const entry of entries) {
    if (entry.kind === "answer" && lines.has(entry.to)) answer(lines.get(entry.to), entry);
    else if (entry.kind !== "answer" && !entry.done) lines.set(entry.n, described(entry, names));
  }
  return [...lines.values()];
}

function described(entry, names) {
  const line = {
    n: entry.n,
    at: entry.at,
    platform: entry.platform,
    kind: entry.kind,
    way: "",
    what: "",
    status: "",
    bad: false,
    parts: [entry],
  };
  line.all = () => `${line.what} ${line.status} ${JSON.stringify(line.parts)}`;
  (DESCRIBED[entry.kind] ?? DESCRIBED.note)(line, entry, names);
  return line;
}

const DESCRIBED = {
  request(line, entry) {
    Object.assign(line, { way: "机器人 → 平台", what: `${entry.method} ${entry.url.split("?")[0]}`, status: "…" });
  },
  callback(line, entry, names) {
    const fine = !entry.error && entry.status >= 200 && entry.status < 300;
    const again = entry.number > 1 ? `，第 ${entry.number} 次` : "";
    Object.assign(line, {
      way: "平台 → 机器人",
      what: topic(entry, names) + again,
      status: entry.error || String(entry.status),
      bad: !fine,
    });
  },
  fault(line, entry) {
    Object.assign(line, { way: "故障", what: entry.path, status: entry.fault, bad: true });
  },
  phone(line, entry, names) {
    const who = names.get(`${entry.platform}:${entry.user}`) ?? entry.user;
    const said = entry.deed === "send_file" ? (FILES[entry.kind_of_file] ?? "文件") : (entry.text ?? "");
    Object.assign(line, { way: who, what: `${DEEDS[entry.deed]}${said && `：${said}`}` });
  },
  note(line, entry) {
    Object.assign(line, {
      way: "记事",
      what: entry.text ?? entry.violation ?? entry.kind,
      bad: Boolean(entry.violation),
    });
  },
};

function answer(line, entry) {
  const body = typeof entry.body === "object" && entry.body !== null ? entry.body : {};
  const code = body.errcode === undefined ? body.code : `errcode ${body.errcode}`;
  line.bad = entry.status >= 400 || Boolean(body.errcode) || body.code !== undefined;
  line.status = [entry.status === 200 && code !== undefined ? "" : entry.status, code].filter(Boolean).join(" ");
  line.parts.push(entry);
}

/** What a callback is about: WeCom's event or message type, DingTalk's topic or path; and whom it came from. */
function topic(entry, names) {
  const from = (user) => (user ? ` · ${names.get(`${entry.platform}:${user}`) ?? user}` : "");
  if (entry.xml) {
    const of = (tag) => new RegExp(`<${tag}>(?:<!\\[CDATA\\[)?([^<\\]]*)`).exec(entry.xml)?.[1] ?? "";
    return (of("Event") || of("MsgType")) + from(of("FromUserName"));
  }
  return (
    String(entry.to ?? "").replace(/^https?:\/\/[^/]+/, "") + from(entry.body?.senderStaffId ?? entry.body?.userId)
  );
}

function drawn(line, open) {
  const summary = el(
    "summary",
    {},
    el("span", { class: "when" }, time.format(new Date(line.at * 1000)), chip(line.platform)),
    el("span", { class: "way" }, line.way),
    line.status && el("span", { class: `code ${line.bad ? "bad" : "good"}` }, line.status),
    el("span", { class: "what" }, line.what),
  );
  const details = el("details", { open: open.has(line.n) }, summary);
  const fill = () => details.append(...line.parts.map((part) => el("pre", {}, pretty(part))));
  if (details.open) fill();
  details.addEventListener("toggle", () => {
    if (details.open === open.has(line.n)) return;
    if (details.open) open.add(line.n);
    else open.delete(line.n);
    details.querySelectorAll("pre").forEach((each) => each.remove());
    if (details.open) fill();
  });
  return el("li", { class: line.bad ? "bad" : "" }, details);
}

function pretty({ xml, ...entry }) {
  const text = JSON.stringify(entry, null, 2);
  return xml ? `${text}\n\n${xml}` : text;
}
