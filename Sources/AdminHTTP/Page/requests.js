// What of the day's requests was spent, and for what: figures, a picture, and the same as a table.

import { draw, make, node, say } from "./nodes.js";
import { number } from "./words.js";

/** What is told apart in the picture: a class for its colour, a name, and the purposes it is made of. */
const groups = [
  { kind: "polls", name: "polls", of: (part) => (part.own.poll ?? 0) },
  { kind: "hints", name: "hints", of: (part) => (part.own.hint ?? 0) },
  { kind: "deletes", name: "finding deletes", of: (part) => (part.own.count ?? 0) + (part.own.search ?? 0) + (part.own.lookup ?? 0) },
  { kind: "whole", name: "reading all records", of: (part) => (part.own.baseline ?? 0) + (part.own.sweep ?? 0) },
  { kind: "others", name: "others", of: (part) => part.others },
];

const hour = 3600000;
const [height, left, bottom, top] = [168, 44, 20, 8];
/** As wide as there is room, so that its texts are never larger or smaller than others. */
let width = 640;
/** Of a bar: a quarter of an hour. */
const step = hour / 4;

/** A whole and round number, so that three lines reach over the highest bar. */
function spacing(highest) {
  const least = Math.max(highest, 3) / 3;
  const power = 10 ** Math.floor(Math.log10(least));
  return [1, 2, 2.5, 5, 10].map((times) => times * power).find((each) => each >= least && Number.isInteger(each));
}

/** The parts put together into longer ones: sums of each group, by the beginning. */
function sums(parts, length) {
  const found = new Map();
  for (const part of parts) {
    const begins = Math.floor(Date.parse(part.begins) / length) * length;
    const sum = found.get(begins) ?? groups.map(() => 0);
    found.set(begins, sum.map((value, index) => value + groups[index].of(part)));
  }
  return found;
}

const time = (moment) => new Date(moment).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

function axis(highest, begins, x, y) {
  const made = [];
  const gap = spacing(highest);
  for (let level = 0; level <= 3; level += 1) {
    const at = y(level * gap);
    made.push(draw("line", { class: level ? "line" : "base", x1: left, x2: width, y1: at, y2: at }));
    made.push(draw("text", { class: "label", x: left - 6, y: at + 4, "text-anchor": "end" }, number(level * gap)));
  }
  const offset = new Date(begins).getTimezoneOffset() * 60000;
  for (let moment = Math.ceil((begins - offset) / (4 * hour)) * 4 * hour + offset; moment < begins + 24 * hour; moment += 4 * hour) {
    const at = x(moment);
    if (at > left + 14 && at < width - 14) {
      made.push(draw("text", { class: "label", x: at, y: height - 4, "text-anchor": "middle" }, time(moment)));
    }
  }
  return made;
}

function picture(usage, ends) {
  const begins = ends - 24 * hour;
  const bars = sums(usage.parts, step);
  const highest = Math.max(0, ...[...bars.values()].map((bar) => bar.reduce((sum, each) => sum + each, 0)));
  const top3 = 3 * spacing(highest);
  const x = (moment) => left + ((moment - begins) / (24 * hour)) * (width - left);
  const y = (value) => height - bottom - (value / top3) * (height - bottom - top);
  const whole = number(usage.parts.reduce((sum, part) => sum + groups.reduce((all, group) => all + group.of(part), 0), 0));
  const drawn = draw("svg", {
    viewBox: `0 0 ${width} ${height}`, role: "img",
    "aria-label": `Requests in each quarter of an hour, ${number(highest)} at most, ${whole} in all; the table below has them by the hour.`,
  }, ...axis(highest, begins, x, y));
  for (const [moment, bar] of bars) {
    let below = 0;
    const said = bar.map((value, index) => (value ? `${groups[index].name} ${number(value)}` : "")).filter(Boolean).join(", ");
    const group = draw("g", {}, draw("title", {}, `${time(moment)}: ${said}`));
    bar.forEach((value, index) => {
      if (!value) return;
      const size = y(below) - y(below + value);
      const from = Math.max(left, x(moment) + 0.5);
      group.append(draw("rect", {
        class: `fill-${groups[index].kind}`, x: from, width: Math.max(1, x(moment + step) - 0.5 - from), y: y(below + value), height: size,
      }));
      below += value;
    });
    drawn.append(group);
  }
  return drawn;
}

function table(usage) {
  const heads = ["Hour", ...groups.map((group) => group.name), "in all"].map((name) => make("th", { scope: "col", textContent: name }));
  const rows = [...sums(usage.parts, hour)].reverse().map(([moment, row]) =>
    make(
      "tr", {}, make("th", { scope: "row", textContent: time(moment) }),
      ...[...row, row.reduce((sum, each) => sum + each, 0)].map((value) => make("td", { class: "number", textContent: number(value) }))));
  return [make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)];
}

let shown = null;

function drawUsage() {
  if (!shown) return;
  width = Math.max(240, node("requests-chart").clientWidth);
  node("requests-chart").replaceChildren(picture(shown, Math.ceil(Date.now() / step) * step));
}

new ResizeObserver(() => node("requests-chart").clientWidth === width || drawUsage()).observe(node("requests-chart"));

export function showUsage(usage) {
  shown = usage;
  drawUsage();
  node("requests-table").replaceChildren(...table(usage));
  if (node("requests-legend").childElementCount === 0) {
    node("requests-legend").append(...groups.map((group) =>
      make("li", {}, make("span", { class: `swatch back-${group.kind}` }), group.name)));
  }
}

export function showQuota(quota) {
  const share = quota.allowed ? ` (${Math.round((100 * quota.used_last24_hours) / quota.allowed)} %)` : "";
  say(node("requests-used"), number(quota.used_last24_hours) + share);
  say(node("requests-allowed"), number(quota.allowed));
  say(node("requests-left-of"), quota.limit ? `Left of ${number(quota.limit)} a day` : "Left of the day’s");
  say(node("requests-left"), number(quota.remaining));
  say(node("requests-planned"), number(quota.planned_polls));
}
