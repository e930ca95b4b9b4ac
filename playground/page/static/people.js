// Who there is, and the three a newcomer meets first.

import { el } from "./dom.js";

export const PLATFORMS = { wecom: "企业微信", dingtalk: "钉钉" };

const ROLES = {
  sales: "销售",
  manager: "经理",
  engineer: "工程师",
  dispatcher: "调度",
  service: "服务",
  finance: "财务",
  technical: "技术",
  production: "生产",
  warehouse: "仓库",
  management: "总经理",
  admin: "管理员",
};
const COLOURS = ["#5b7fb8", "#4f9488", "#b5794f", "#8a72b0", "#5f8f5a", "#b06a7c", "#6a86a0", "#a38a45"];

/** A door is one person on one platform: {key, person, platform, user}. */
export function doorsOf(person, platforms) {
  return platforms
    .filter((platform) => person[platform])
    .map((platform) => ({ key: `${platform}:${person[platform]}`, person, platform, user: person[platform] }));
}

export const roleOf = (person) => person.title || person.roles.map((role) => ROLES[role] ?? role).join("、") || "同事";

const WANTED = [
  ["sales", "wecom"],
  ["manager", "dingtalk"],
  ["engineer", "dingtalk"],
];

/** The salesperson, the manager and the engineer of the story, as doors; null where the company has none. */
export function cast(doors) {
  const [sales, manager, engineer] = WANTED.map(
    ([role, platform]) =>
      doors.find((door) => door.person.roles.includes(role) && door.platform === platform) ??
      doors.find((door) => door.person.roles.includes(role)) ??
      null,
  );
  // A story told by one team reads best: the salesperson's own leader, if there is a door to them.
  const leader = sales && doors.filter((door) => sales.person.leaders.includes(door.person.id));
  return { sales, manager: leader?.find((door) => door.platform === "dingtalk") ?? leader?.[0] ?? manager, engineer };
}

export function avatar(person) {
  const face = el("span", { class: "avatar", "aria-hidden": "true" }, [...person.name][0] ?? "?");
  const sum = [...person.id].reduce((total, letter) => total + letter.codePointAt(0), 0);
  face.style.backgroundColor = COLOURS[sum % COLOURS.length];
  return face;
}

export const chip = (platform) => el("span", { class: `chip ${platform}` }, PLATFORMS[platform]);
