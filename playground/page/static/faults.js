// 造故障: faults that are switched on and off while everything runs, tokens revoked, the clock moved.

import * as api from "./api.js";
import { el, icon } from "./dom.js";
import { PLATFORMS } from "./people.js";

const KINDS = [
  { kind: "hang", name: "卡住不答", about: "20 秒后才处理", more: { seconds: 20 } },
  { kind: "http_500", name: "返回 500", about: "没有处理", more: {} },
  { kind: "lost_answer", name: "做了，回音丢了", about: "处理完才断线", more: {} },
  { kind: "reset", name: "连接被重置", about: "没有处理", more: {} },
  { kind: "errcode", name: "业务错误码", about: "errcode -1 系统繁忙", more: { code: -1, message: "system busy" } },
];
const PLACES = {
  wecom: [
    ["*", "所有接口"],
    ["message/send", "发消息和卡片"],
    ["message/update_template_card", "更新卡片"],
    ["gettoken", "取令牌"],
    ["media/*", "图片和文件"],
  ],
  dingtalk: [
    ["*", "所有接口"],
    ["oToMessages/batchSend", "发消息"],
    ["card/instances/createAndDeliver", "发卡片"],
    ["card/instances", "更新卡片"],
    ["oauth2/accessToken", "取令牌"],
  ],
};
const TIMES = [
  ["", "一直"],
  ["1", "只一次"],
  ["3", "三次"],
];
const now = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai",
  dateStyle: "medium",
  timeStyle: "medium",
  hour12: false,
});

/** Draw the tool into `body`; returns what to do when it is closed. */
export function faults(body, live, platforms) {
  const choices = platforms.flatMap((platform) =>
    PLACES[platform].map(([endpoint, label]) =>
      el("option", { value: `${platform} ${endpoint}` }, `${PLATFORMS[platform]} · ${label}`),
    ),
  );
  const place = el("select", { "aria-label": "哪个接口" }, ...choices);
  const times = el(
    "select",
    { "aria-label": "几次" },
    ...TIMES.map(([value, label]) => el("option", { value }, label)),
  );
  const switches = el("div", { class: "switches" });
  const on = el("ul", { class: "on" });
  const wrong = el("p", { class: "wrong", role: "alert", hidden: true });
  const what = (endpoint) => choices.find((each) => each.value === endpoint)?.textContent ?? endpoint;

  async function attempt(deed) {
    try {
      await deed();
      wrong.hidden = true;
    } catch (error) {
      wrong.textContent = error.message;
      wrong.hidden = false;
    }
  }

  const draw = () =>
    attempt(async () => {
      const { faults: active } = await api.faults();
      const here = active.filter((fault) => `${fault.platform} ${fault.endpoint}` === place.value && fault.count !== 0);
      switches.replaceChildren(
        ...KINDS.map((each) =>
          toggle(
            each,
            here.find((fault) => fault.kind === each.kind),
          ),
        ),
      );
      on.replaceChildren(...active.map(listed));
    });

  function toggle({ kind, name, about, more }, fault) {
    const box = el("input", { type: "checkbox", role: "switch", checked: Boolean(fault), "aria-label": name });
    box.addEventListener("change", () =>
      attempt(async () => {
        const [platform, endpoint] = place.value.split(" ");
        const count = times.value ? { count: Number(times.value) } : {};
        await (fault ? api.clearFault(fault.id) : api.addFault({ platform, endpoint, kind, ...more, ...count }));
      }).then(draw),
    );
    return el("label", { class: "switch" }, el("span", {}, el("b", {}, name), el("small", {}, about)), box);
  }

  function listed(fault) {
    const name = KINDS.find((each) => each.kind === fault.kind)?.name ?? fault.kind;
    const left = fault.count === null ? "" : `，还剩 ${fault.count} 次`;
    const off = () => attempt(() => api.clearFault(fault.id)).then(draw);
    const words = `${what(`${fault.platform} ${fault.endpoint}`)}：${name}`;
    return el(
      "li",
      {},
      el("span", {}, words, el("small", {}, `打中 ${fault.struck} 次${left}`)),
      el("button", { type: "button", "aria-label": `关掉 ${words}`, onclick: off }, icon("close")),
    );
  }

  const revoke = (platform) =>
    el(
      "button",
      { type: "button", class: "deed plain", onclick: () => attempt(() => api.revokeToken(platform)) },
      `作废${PLATFORMS[platform]}令牌`,
    );

  body.append(
    el("div", { class: "filter" }, place, times),
    switches,
    on,
    wrong,
    el("h3", {}, "令牌"),
    el("div", { class: "buttons of-2" }, ...platforms.map(revoke)),
    ...clock(attempt),
  );
  place.addEventListener("change", draw);
  const struck = ({ detail }) => detail.kind === "fault" && draw();
  live.addEventListener("entry", struck);
  draw();
  return () => live.removeEventListener("entry", struck);
}

function clock(attempt) {
  const face = el("output", {});
  const tell = ({ now: at }) => (face.textContent = now.format(new Date(at * 1000)));
  const move = (seconds, label) =>
    el(
      "button",
      { type: "button", class: "deed plain", onclick: () => attempt(async () => tell(await api.advance(seconds))) },
      label,
    );
  attempt(async () => tell(await api.clock()));
  return [
    el("h3", {}, "时钟"),
    el("p", { class: "clock" }, icon("clock"), face),
    el("div", { class: "buttons of-2" }, move(3600, "拨快 1 小时"), move(86400, "拨快 1 天")),
    el(
      "p",
      { class: "aside" },
      "只拨平台的钟：令牌过期、卡片有效期、频率限制会跟着变。机器人看自己的钟，它的提醒和超时不会因此提前。",
    ),
  ];
}
