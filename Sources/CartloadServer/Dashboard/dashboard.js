// SPDX-License-Identifier: Apache-2.0
"use strict";

// What the page knows. The token is nowhere else: not in the address, not in storage, not in a cookie.
const ROWS = 50;
const HISTORY = 120;
const FADE = 10;
let credentials = null;
let session = null;
let connection = null;
let world = emptyWorld();
let route = { name: "overview" };
let page = 0;
let dirty = new Set();

function emptyWorld() {
  return { pipelines: new Map(), order: null, samples: new Map(), second: 0, at: 0, shared: {}, isComplete: false };
}

// ---- Elements

const $ = (id) => document.getElementById(id);

function make(tag, attributes, ...children) {
  const node = tag === "svg" || tag === "path"
    ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === true) node.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

// Only what is different is written: nothing else makes the browser work.
function say(node, text) { if (node.textContent !== text) node.textContent = text; }
function attribute(node, name, value) { if (node.getAttribute(name) !== value) node.setAttribute(name, value); }
function show(node, isShown) { if (node.hidden === isShown) node.hidden = !isShown; }

// ---- Words and numbers

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const third = new Intl.NumberFormat("en", { maximumFractionDigits: 3 });
const number = (value) => (value < 10 && value % 1 !== 0 ? tenth : whole).format(value);
const many = (value, one, more) => `${whole.format(value)} ${value === 1 ? one : more}`;
const milliseconds = (value) => (value >= 100 ? whole : value >= 1 ? tenth : third).format(value);

function bytes(value) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) { value /= 1000; unit += 1; }
  return `${(unit === 0 || value >= 100 ? whole : tenth).format(value)} ${units[unit]}`;
}

function span(seconds) {
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${String(Math.floor(seconds % 60)).padStart(2, "0")} s`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
  return `${whole.format(seconds / 86400)} days`;
}

function ago(time) {
  const seconds = (Date.now() - time) / 1000;
  return seconds < 10 ? "just now" : `${span(seconds).replace(/ (min|h) .*/, " $1")} ago`;
}

const shapes = {
  run: "M3 2l9 5-9 5z", idle: "M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10z", pause: "M4.5 2.5v9M9.5 2.5v9",
  done: "M2 7.5l3.5 3.5L12 3.5", bad: "M3 3l8 8M11 3l-8 8", stop: "M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM3.5 10.5l7-7",
  out: "M2 7h9M7.5 3.5L11 7l-3.5 3.5", clock: "M7 2a5 5 0 1 0 0 10a5 5 0 1 0 0-10zM7 4.5V7l2 1.5",
};
const states = {
  waiting: ["idle", "", "Waiting for chunks"], running: ["run", "run", "Running"], idle: ["idle", "", "Idle"],
  paused: ["pause", "warn", "Paused until results are pulled"], finishing: ["run", "run", "Finishing"],
  completed: ["done", "done", "Completed"], timeout: ["clock", "warn", "Ended by timeout"], failed: ["bad", "bad", "Failed"],
  cancelled: ["stop", "", "Cancelled"],
};
const chunkStates = {
  queued: ["clock", "", "Queued"], running: ["run", "run", "Running"], available: ["done", "done", "Ready"],
  leased: ["out", "", "Lent"], delivered: ["out", "", "Handed out"], dropped: ["stop", "", "Dropped"],
};

function stateOf(pipeline) {
  switch (pipeline.state) {
    case "created": return "waiting";
    case "in_progress": return pipeline.activity === "active" ? "running" : pipeline.activity === "paused" ? "paused" : "idle";
    case "closed": case "closed_by_timeout": return "finishing";
    case "completed_by_timeout": return "timeout";
    default: return pipeline.state;
  }
}

const isOpen = (pipeline) => pipeline.state === "created" || pipeline.state === "in_progress";
const isEnded = (pipeline) => !isOpen(pipeline) && !pipeline.state.startsWith("closed");

function badge(kind, table) {
  const [shape, tone, text] = table[kind] || ["idle", "", kind];
  return make("span", { class: `state ${tone}`, "data-kind": kind },
    make("svg", { viewBox: "0 0 14 14", "aria-hidden": "true" }, make("path", { d: shapes[shape] })), text);
}

function setBadge(holder, kind, table) {
  if (holder.firstElementChild?.dataset.kind !== kind) holder.replaceChildren(badge(kind, table));
}

const isMoving = (pipeline) => ["running", "finishing"].includes(stateOf(pipeline)) && pipeline.completed < pipeline.submitted;

// The server's rate as it fades when nothing more is finished.
function rateOf(pipeline) {
  if (!isMoving(pipeline)) return 0;
  return pipeline.rate * Math.exp(-(performance.now() - pipeline.at) / 1000 / FADE);
}

function timeLeft(pipeline) {
  const rate = rateOf(pipeline);
  if (!isMoving(pipeline)) return "–";
  return rate < 0.01 ? "unknown" : span((pipeline.submitted - pipeline.completed) / rate);
}

const share = (part, all) => (all > 0 ? Math.min(1, part / all) : 0);
const percent = (part, all) => `${Math.floor(share(part, all) * 100)} %`;

function track(role, label) {
  const fill = make("i");
  const node = make("div", { class: "track", role, "aria-label": label, "aria-valuemin": "0", "aria-valuemax": "100" }, fill);
  return {
    node,
    set(part, all, text, tone) {
      attribute(node, "aria-valuenow", String(Math.floor(share(part, all) * 100)));
      attribute(node, "aria-valuetext", text);
      attribute(node, "class", `track ${tone || ""}`.trim());
      const width = `${(share(part, all) * 100).toFixed(1)}%`;
      if (fill.style.width !== width) fill.style.width = width;
    },
  };
}

function tone(pipeline) {
  if (pipeline.state === "failed") return "bad";
  return pipeline.state.startsWith("completed") ? "done" : "";
}

// ---- The server

function headers(more) {
  const fields = { ...more };
  if (credentials.token) {
    // API keys say what they are.
    if (credentials.token.startsWith("clk_")) fields["x-synthetic-key"] = credentials.token;
    else fields.authorization = `Bearer ${credentials.token}`;
  }
  if (credentials.tenant) fields["x-tenant-name"] = credentials.tenant;
  return fields;
}

async function ask(path, options = {}) {
  const response = await fetch(path, {
    ...options, headers: headers(options.headers), credentials: "omit", cache: "no-store", redirect: "error",
  });
  if (response.ok) return response;
  const fault = await response.json().catch(() => ({}));
  const error = new Error(fault.message || `The server answers ${response.status}.`);
  error.status = response.status;
  throw error;
}

const get = async (path) => (await ask(path)).json();
const sleep = (time) => new Promise((done) => setTimeout(done, time));

// Server-sent events, read by hand: the browser's own reader sends no Authorization.
async function* events(response, touched) {
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  while (true) {
    const { done, value } = await reader.read();
    if (done) return;
    touched();
    rest += decoder.decode(value, { stream: true });
    const blocks = rest.split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      let [name, data] = ["message", ""];
      for (const line of block.split("\n")) {
        if (line.startsWith("event: ")) name = line.slice(7);
        if (line.startsWith("data: ")) data += line.slice(6);
      }
      if (data) yield [name, JSON.parse(data)];
    }
  }
}

async function watch(own) {
  let pause = 1000;
  while (connection === own) {
    own.abort = new AbortController();
    // Nothing for so long, not even a comment: nobody is there any more.
    const touch = () => {
      clearTimeout(own.timer);
      own.timer = setTimeout(() => own.abort.abort(), 40000);
    };
    try {
      touch();
      const response = await ask("/dashboard/events", { signal: own.abort.signal });
      pause = 1000;
      for await (const [name, data] of events(response, touch)) {
        if (connection !== own) return;
        if (name === "state" || name === "change") take(name, data);
        if (name === "signout") return leave("Your token is not valid any more.");
        if (name === "end") break;
        link(true);
      }
    } catch (error) {
      if (connection !== own) return;
      if (error.status === 401 || error.status === 403) return leave("Your token is not valid any more.");
    }
    clearTimeout(own.timer);
    if (connection !== own) return;
    link(false);
    await sleep(pause);
    pause = Math.min(pause * 2, 15000);
  }
}

function take(name, data) {
  if (name === "state") world = emptyWorld();
  const now = performance.now();
  for (const news of data.pipelines) {
    const known = world.pipelines.get(news.id);
    if (!known || isEnded(known) !== isEnded(news)) world.order = null;
    const pipeline = Object.assign(known || {}, news, { at: now });
    world.pipelines.set(news.id, pipeline);
    if (!known) pipeline.text = `${pipeline.service} ${pipeline.id} ${pipeline.user}`.toLowerCase();
  }
  for (const id of data.removed) if (world.pipelines.delete(id)) world.order = null;
  for (const sample of data.throughput) world.samples.set(sample[0], sample);
  for (const second of world.samples.keys()) {
    if (second < data.second - HISTORY - 5) world.samples.delete(second); else break;
  }
  world.second = data.second;
  world.at = now;
  for (const key of ["total", "unfinished", "use", "tenants", "services"]) if (key in data) world.shared[key] = data[key];
  if ("use" in data) { world.shared.tenants = data.tenants || []; world.shared.services = data.services || []; }
  world.isComplete = true;
  if (route.name === "pipeline") details.touched(data);
  redraw("all");
}

// ---- Drawing, at most once a frame

function redraw(part) {
  if (dirty.size === 0) requestAnimationFrame(draw);
  dirty.add(part);
}

function draw() {
  dirty.clear();
  if (!session || !world.isComplete) return;
  if (route.name === "overview") drawOverview(); else drawPipeline();
}

function link(isLive) {
  const node = $("link");
  show(node, true);
  node.classList.toggle("off", !isLive);
  say(node, isLive ? "Live" : "Reconnecting…");
}

let lastWords = 0;
function announce(text, isUrgent) {
  // Not at every change: who listens cannot keep up.
  if (!isUrgent && performance.now() - lastWords < 15000) return;
  lastWords = performance.now();
  say($("announce"), text);
}

function chart(holder, label, unit) {
  const area = make("path", { class: "area" });
  const curve = make("path", { class: "curve" });
  const svg = make("svg", { viewBox: `0 0 ${HISTORY - 1} 40`, preserveAspectRatio: "none", role: "img" }, area, curve);
  const peak = make("span");
  holder.append(svg, make("div", { class: "scale" }, make("span", {}, "2 min ago"), peak, make("span", {}, "now")));
  let told = 0;
  return (values) => {
    // Averages that are not there are left out of the curve.
    const top = Math.max(...values.map((value) => value || 0));
    const points = [];
    values.forEach((value, index) => {
      if (value !== null) points.push(`${index} ${(39.4 - (top > 0 ? value / top : 0) * 37).toFixed(2)}`);
    });
    const line = points.length > 0 ? `M${points.join("L")}` : "";
    attribute(curve, "d", line);
    const first = points[0]?.split(" ")[0];
    const last = points[points.length - 1]?.split(" ")[0];
    attribute(area, "d", line ? `${line}L${last} 40L${first} 40Z` : "");
    say(peak, `peak ${unit(top)}`);
    if (performance.now() - told > 10000 || told === 0) {
      told = performance.now();
      attribute(svg, "aria-label", `${label} in the last two minutes: at most ${unit(top)}`);
    }
  };
}

const overview = {
  throughput: chart($("throughput-chart"), "Records per second", number),
  latency: chart($("latency-chart"), "Milliseconds per record", milliseconds),
  gauges: ["Workers", "Input buffer", "Output buffer"].map((name) => {
    const bar = track("meter", name);
    const value = make("span");
    $("capacity").append(make("div", { class: "gauge" }, make("p", {}, make("span", {}, name), value), bar.node));
    return (part, all, text) => { say(value, text); bar.set(part, all, text); };
  }),
};

function drawOverview() {
  const second = Math.floor(world.second + (performance.now() - world.at) / 1000);
  const records = [];
  const times = [];
  for (let each = second - HISTORY; each < second; each += 1) {
    const sample = world.samples.get(each);
    records.push(sample ? sample[1] : 0);
    times.push(sample && sample[1] > 0 ? sample[3] / sample[1] : null);
  }
  overview.throughput(records);
  overview.latency(times);
  // Of the last three seconds: a single one jumps too much to be read.
  const last = [second - 1, second - 2, second - 3].map((each) => world.samples.get(each)).filter(Boolean);
  const sum = (place) => last.reduce((total, sample) => total + sample[place], 0);
  say($("throughput-now"), number(sum(1) / 3));
  say($("latency-now"), sum(1) > 0 ? milliseconds(sum(3) / sum(1)) : "–");
  const use = world.shared.use;
  const [workers, input, output] = overview.gauges;
  workers(use.workers, use.workers_limit, `${use.workers} of ${whole.format(use.workers_limit)}`);
  input(use.input, use.input_limit, `${bytes(use.input)} of ${bytes(use.input_limit)}`);
  output(use.output, use.output_limit, `${bytes(use.output)} of ${bytes(use.output_limit)}`);
  drawList();
  drawTable($("services"), $("services-block"), world.shared.services, (each) => [
    each.service, ["Busy", number(each.busy)], ["Idle", number(each.idle)], ["Started", number(each.started)],
    ["Lost", number(each.lost)],
  ]);
  drawTable($("tenants"), $("tenants-block"), world.shared.tenants, (each) => [
    each.name, ["Pipelines", number(each.pipelines)], ["Workers", number(each.workers)],
    ["Input", bytes(each.input)], ["Output", bytes(each.output)],
  ]);
  announce(`${many(world.shared.unfinished, "pipeline", "pipelines")} in progress, `
    + `${number(sum(1) / 3)} records per second`);
}

// Rows that stay where they are and only change their words.
function drawTable(body, block, rows, cells) {
  show(block, rows.length > 0);
  while (body.children.length > rows.length) body.lastElementChild.remove();
  rows.forEach((row, index) => {
    let line = body.children[index];
    if (!line) {
      line = make("tr", { role: "row" });
      body.append(line);
    }
    cells(row).forEach((cell, column) => {
      const [label, text] = Array.isArray(cell) ? cell : [null, cell];
      let node = line.children[column];
      if (!node) {
        node = make("td", { role: "cell", class: label ? "number" : null, "data-label": label });
        line.append(node);
      }
      say(node, text);
    });
  });
}

// ---- The list of pipelines

const lines = new Map();

function makeLine(pipeline) {
  const name = make("a", { class: "name", href: `#/pipelines/${pipeline.id}` }, pipeline.service);
  const sub = make("span", { class: "sub" });
  const state = make("td", { role: "cell" });
  const count = make("span", { class: "count" });
  const bar = track("progressbar", `Progress of ${pipeline.service}`);
  const [rate, left, failed] = ["Records/s", "Time left", "Failed"].map((label) =>
    make("td", { role: "cell", class: "number", "data-label": label }));
  const row = make("tr", { role: "row" }, make("td", { role: "cell" }, name, sub), state,
    make("td", { role: "cell", class: "wide" }, count, bar.node), rate, left, failed);
  return {
    row,
    fill(pipeline) {
      const user = pipeline.user === session.user ? "" : ` · ${pipeline.user}`;
      say(sub, `${pipeline.id.slice(0, 8)} · ${ago(pipeline.created)}${user}`);
      setBadge(state, stateOf(pipeline), states);
      const isEmpty = pipeline.submitted === 0;
      const text = isEmpty ? "no records" : `${whole.format(pipeline.completed)} of ${whole.format(pipeline.submitted)}`;
      say(count, text);
      attribute(count, "class", isEmpty ? "count muted" : "count");
      bar.set(pipeline.completed, pipeline.submitted, `${text} records`, isEmpty ? "none" : tone(pipeline));
      say(rate, isMoving(pipeline) ? number(rateOf(pipeline)) : "–");
      say(left, timeLeft(pipeline));
      say(failed, whole.format(pipeline.failed));
      attribute(failed, "class", pipeline.failed > 0 ? "number failed" : "number");
    },
  };
}

function chosen() {
  if (!world.order) {
    world.order = [...world.pipelines.values()].sort((left, right) =>
      isEnded(left) - isEnded(right) || right.created - left.created || (left.id < right.id ? -1 : 1));
  }
  const words = $("filter").value.trim().toLowerCase();
  const kind = $("show").value;
  return world.order.filter((pipeline) => {
    if (words && !pipeline.text.includes(words)) return false;
    if (kind === "unfinished") return !isEnded(pipeline);
    if (kind === "ended") return isEnded(pipeline);
    return kind !== "errors" || pipeline.failed > 0;
  });
}

function drawList() {
  const all = chosen();
  page = Math.max(0, Math.min(page, Math.ceil(all.length / ROWS) - 1));
  const visible = all.slice(page * ROWS, page * ROWS + ROWS);
  const body = $("pipelines").tBodies[0];
  const wanted = new Set(visible.map((pipeline) => pipeline.id));
  for (const [id, line] of lines) {
    if (!wanted.has(id)) {
      line.row.remove();
      lines.delete(id);
    }
  }
  visible.forEach((pipeline, index) => {
    let line = lines.get(pipeline.id);
    if (!line) lines.set(pipeline.id, line = makeLine(pipeline));
    line.fill(pipeline);
    if (body.children[index] !== line.row) body.insertBefore(line.row, body.children[index] || null);
  });
  const { total, unfinished } = world.shared;
  const more = total > world.pipelines.size ? `, the latest ${whole.format(world.pipelines.size)} shown` : "";
  say($("pipelines-count"), total > 0 ? `${whole.format(unfinished)} in progress, ${whole.format(total)} in all${more}` : "");
  show($("pipelines"), visible.length > 0);
  show($("pipelines-empty"), visible.length === 0);
  say($("pipelines-empty"), world.pipelines.size > 0
    ? "No pipeline fits." : "There are no pipelines yet. They appear here as soon as a client creates one.");
  pager($("pipelines-pages"), page * ROWS, visible.length, all.length, () => turn(-1), () => turn(1));
}

function turn(by) {
  page += by;
  redraw("list");
}

// Buttons that stay the same elements, so that they keep the focus.
function pager(holder, offset, count, total, back, on) {
  if (!holder.firstChild) {
    const text = make("span");
    const [previous, next] = ["Previous", "Next"].map((word) => make("button", { type: "button" }, word));
    holder.append(text, previous, next);
  }
  const [text, previous, next] = holder.children;
  previous.onclick = back;
  next.onclick = on;
  show(holder, total === null ? offset > 0 || Boolean(on) : total > count);
  say(text, total === null ? "" : `${whole.format(offset + 1)}–${whole.format(offset + count)} of ${whole.format(total)}`);
  previous.disabled = offset === 0;
  next.disabled = total === null ? !on : offset + count >= total;
}

// ---- One pipeline

const details = {
  id: null, data: null, chunkOffset: 0, chunksSeen: "", failuresSeen: -1, cursors: [null], asked: 0, timer: null, bar: null,

  open(id) {
    Object.assign(this, { id, data: null, chunkOffset: 0, chunksSeen: "", failuresSeen: -1, cursors: [null], asked: 0 });
    for (const name of ["failures", "chunks"]) $(name).replaceChildren();
    $("pipeline-bar").replaceChildren();
    this.bar = track("progressbar", "Progress");
    $("pipeline-bar").append(this.bar.node);
    $("chunks-failed").checked = false;
    show($("pipeline-live"), false);
    show($("pipeline-actions"), false);
    show($("pipeline-gone"), false);
    for (const name of ["pipeline-title", "pipeline-state", "pipeline-id"]) say($(name), "");
    return this.load();
  },

  // What the events say of it, and what they do not: the chunks and the failed records.
  touched(news) {
    const mine = news.pipelines.find((pipeline) => pipeline.id === this.id);
    if (mine && this.data) {
      const before = stateOf(this.data);
      Object.assign(this.data, mine, { at: performance.now() });
      if (stateOf(this.data) !== before) announce(`The pipeline is now: ${states[stateOf(this.data)][2]}`, true);
    }
    if (mine) this.soon();
  },

  // At most once in a second.
  soon() {
    if (this.timer) return;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (route.name === "pipeline" && this.data) this.lists().catch(() => {});
    }, Math.max(0, this.asked + 1000 - performance.now()));
  },

  async load() {
    const id = this.id;
    try {
      const data = await get(`/dashboard/pipelines/${encodeURIComponent(id)}`);
      if (this.id !== id) return;
      this.data = Object.assign(data, { at: performance.now() });
      show($("pipeline-live"), true);
      redraw("all");
      await this.lists();
    } catch (error) {
      if (this.id !== id) return;
      if (error.status === 401 || error.status === 403) return leave("Your token is not valid any more.");
      show($("pipeline-gone"), true);
      say($("pipeline-gone"), error.status === 404
        ? "There is no such pipeline. It may have ended long ago and been forgotten." : error.message);
      say($("pipeline-title"), "Pipeline");
    }
  },

  async lists() {
    const { id, data } = this;
    this.asked = performance.now();
    const seen = [data.chunks, data.chunks_completed, data.chunks_available, data.state, data.activity, data.workers].join();
    if (seen !== this.chunksSeen) {
      this.chunksSeen = seen;
      await this.loadChunks(id);
    }
    if (data.failed !== this.failuresSeen && this.cursors.length === 1 || this.failuresSeen < 0) {
      this.failuresSeen = data.failed;
      await this.loadFailures(id);
    }
  },

  async loadChunks(id) {
    const failed = $("chunks-failed").checked ? "&failed=1" : "";
    const found = await get(`/dashboard/pipelines/${encodeURIComponent(id)}/chunks?limit=${ROWS / 2}&offset=${this.chunkOffset}${failed}`);
    if (this.id !== id) return;
    drawTable($("chunks"), $("chunks-table"), found.chunks, () => []);
    found.chunks.forEach((chunk, index) => {
      const line = $("chunks").children[index];
      if (!line.firstChild) {
        line.append(make("td", { role: "cell", class: "chunk" }, make("span", { class: "name" }), make("span", { class: "sub mono" })), make("td", { role: "cell" }),
          ...["Records", "Failed", "Time, ms", "Result"].map((label) => make("td", { role: "cell", class: "number", "data-label": label })));
      }
      const [name, state, records, bad, time, size] = line.children;
      say(name.firstChild, `${chunk.sequence + 1}`);
      say(name.lastChild, chunk.id);
      setBadge(state, chunk.state, chunkStates);
      say(records, whole.format(chunk.records));
      say(bad, chunk.failed === undefined ? "–" : whole.format(chunk.failed));
      attribute(bad, "class", chunk.failed > 0 ? "number failed" : "number");
      say(time, chunk.ms === undefined ? "–" : milliseconds(chunk.ms));
      say(size, chunk.output_bytes === undefined ? "–" : bytes(chunk.output_bytes));
    });
    show($("chunks-empty"), found.chunks.length === 0);
    pager($("chunks-pages"), found.offset, found.chunks.length, found.total, () => this.turn(-1), () => this.turn(1));
  },

  turn(by) {
    this.chunkOffset = Math.max(0, this.chunkOffset + by * ROWS / 2);
    this.loadChunks(this.id).catch(() => {});
  },

  async loadFailures(id) {
    const cursor = this.cursors[this.cursors.length - 1];
    const found = await get(`/dashboard/pipelines/${encodeURIComponent(id)}/failures?limit=${ROWS / 2}${cursor ? `&from=${cursor}` : ""}`);
    if (this.id !== id) return;
    const rows = [];
    for (const chunk of found.chunks) {
      if (!chunk.kept) {
        rows.push([chunk, "–", [make("span", { class: "problem muted" },
          `${many(chunk.failed, "record", "records")} failed; the result was handed out and is not here any more`)]]);
      }
      for (const record of chunk.records) rows.push([chunk, String(record.record + 1), record.problems.map(this.problem)]);
    }
    $("failures").replaceChildren(...rows.map(([chunk, record, problems]) => make("tr", { role: "row" },
      make("td", { role: "cell", class: "chunk" }, make("span", { class: "name" }, `${chunk.sequence + 1}`), make("span", { class: "sub mono" }, chunk.id)),
      make("td", { role: "cell", class: "number slim", "data-label": "Record" }, record), make("td", { role: "cell" }, ...problems))));
    show($("failures-table"), rows.length > 0);
    show($("failures-empty"), rows.length === 0);
    const on = found.next ? () => this.step(found.next) : null;
    pager($("failures-pages"), this.cursors.length - 1, 0, null, () => this.step(null), on);
    say($("failures-pages").firstChild, `Page ${this.cursors.length}`);
  },

  problem(problem) {
    const about = [problem.path && `field ${problem.path}`, (problem.category || "").replaceAll("_", " "), problem.type]
      .filter(Boolean).join(" · ");
    return make("span", { class: "problem" }, problem.message, make("span", { class: "sub" }, about));
  },

  step(next) {
    if (next) this.cursors.push(next); else this.cursors.pop();
    this.loadFailures(this.id).catch(() => {});
  },
};

function drawPipeline() {
  const data = details.data;
  if (!data) return;
  say($("pipeline-title"), data.service);
  if (document.title !== `${data.service} – Cartload`) document.title = `${data.service} – Cartload`;
  setBadge($("pipeline-state"), stateOf(data), states);
  say($("pipeline-id"), data.id);
  show($("pipeline-actions"), !isEnded(data));
  show($("close"), isOpen(data));
  say($("pipeline-percent"), percent(data.completed, data.submitted));
  const text = `${whole.format(data.completed)} of ${many(data.submitted, "record", "records")}`;
  say($("pipeline-progress-text"), text);
  details.bar.set(data.completed, data.submitted, text, tone(data));
  say($("failures-count"), data.failed > 0 ? `${whole.format(data.failed)}, ${percent(data.failed, data.completed)} of those processed` : "");
  const facts = [
    ["Records per second", isMoving(data) ? number(rateOf(data)) : "–"], ["Time left", timeLeft(data)],
    ["Milliseconds per record", data.completed > 0 ? milliseconds(data.ms / data.completed) : "–"],
    ["Chunks", `${whole.format(data.chunks_completed)} of ${whole.format(data.chunks)}`],
    ["Records to pull", whole.format(data.available)], ["Workers at work", whole.format(data.workers)],
    ["Input buffer", `${bytes(data.input)} of ${bytes(data.input_limit)}`],
    ["Output buffer", `${bytes(data.output)} of ${bytes(data.output_limit)}`],
    ["Acceptable errors", `${data.acceptable_errors} %`], ["Created", ago(data.created)], ["By", data.user],
    ["Changed", ago(data.updated)],
  ];
  const list = $("pipeline-facts");
  facts.forEach(([term, value], index) => {
    if (!list.children[index]) list.append(make("div", {}, make("dt", {}, term), make("dd")));
    say(list.children[index].lastChild, value);
  });
}

// ---- Closing and cancelling

const ends = {
  close: {
    title: "Close this pipeline?", yes: "Close pipeline", no: "Keep it open", isGrave: false, body: { batch_status: "closed" },
    text: "It takes no more chunks. Those that it has are processed, and their results can still be pulled.",
  },
  cancel: {
    title: "Cancel this pipeline?", yes: "Cancel pipeline", no: "Keep it running", isGrave: true, body: { batch_status: "cancelled" },
    text: "Chunks that wait are dropped, and results that were not pulled are discarded. This cannot be undone.",
  },
};

function confirmEnd(end) {
  const id = details.id;
  const [yes, no] = [$("confirm-yes"), $("confirm-no")];
  say($("confirm-title"), end.title);
  say($("confirm-text"), end.text);
  say($("confirm-error"), "");
  say(yes, end.yes);
  say(no, end.no);
  yes.className = end.isGrave ? "grave" : "primary";
  yes.disabled = false;
  no.onclick = () => $("confirm").close();
  yes.onclick = async () => {
    yes.disabled = true;
    try {
      await ask(`/${encodeURIComponent(session.tenant)}/api/v4/batch/${encodeURIComponent(id)}`, {
        method: "PATCH", headers: { "content-type": "application/json" }, body: JSON.stringify(end.body),
      });
      $("confirm").close();
      // The button that had the focus may be gone.
      $("pipeline-title").focus();
    } catch (error) {
      say($("confirm-error"), error.message);
      yes.disabled = false;
    }
  };
  $("confirm").showModal();
  // The choice that changes nothing comes first.
  no.focus();
}

// ---- Coming and going

async function enter(token, tenant) {
  credentials = { token, tenant };
  session = await get("/dashboard/session");
  credentials.tenant = session.tenant;
  world = emptyWorld();
  connection = {};
  watch(connection);
  say($("who"), session.tenant === session.user ? session.tenant : `${session.tenant} · ${session.user}`);
  show($("signout"), true);
  $("token").value = "";
  navigate(false);
}

function leave(message) {
  connection?.abort?.abort();
  clearTimeout(connection?.timer);
  connection = credentials = session = null;
  world = emptyWorld();
  if ($("confirm").open) $("confirm").close();
  say($("who"), "");
  show($("link"), false);
  show($("signout"), false);
  navigate(true);
  say($("signin-error"), message || "");
}

async function signIn(event) {
  event.preventDefault();
  const button = event.submitter || $("signin-form").querySelector("button");
  button.disabled = true;
  say($("signin-error"), "");
  try {
    await enter($("token").value.trim(), $("tenant").value.trim());
  } catch (error) {
    credentials = session = null;
    say($("signin-error"), error.status === 401 || error.status === 403
      ? "This token is not valid here." : error.status ? error.message : "The server cannot be reached.");
    $("token").focus();
    $("token").select();
  } finally {
    button.disabled = false;
  }
}

function navigate(isFocused) {
  const match = /^#\/pipelines\/([^/]+)$/.exec(location.hash);
  route = match ? { name: "pipeline", id: decodeURIComponent(match[1]) } : { name: "overview" };
  show($("signin"), !session);
  show($("overview"), Boolean(session) && route.name === "overview");
  show($("pipeline"), Boolean(session) && route.name === "pipeline");
  document.title = session ? "Overview – Cartload" : "Sign in – Cartload";
  if (!session) return $("token").focus();
  if (match) details.open(route.id); else details.id = null;
  if (isFocused) {
    scrollTo(0, 0);
    $(route.name).querySelector("h1").focus();
  }
  redraw("all");
}

const themes = { automatic: "light", light: "dark", dark: "automatic" };
function paint(theme) {
  if (theme === "automatic") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  say($("theme"), `Theme: ${theme}`);
}
function theme() { return document.documentElement.dataset.theme || "automatic"; }

function start() {
  // Only the theme is kept; where storage is forbidden, not even that.
  try { paint(themes[localStorage.getItem("theme")] ? localStorage.getItem("theme") : "automatic"); } catch { paint("automatic"); }
  $("theme").onclick = () => {
    paint(themes[theme()]);
    try { localStorage.setItem("theme", theme()); } catch { /* It is forgotten with the page. */ }
  };
  $("signin-form").onsubmit = signIn;
  $("signout").onclick = () => leave("");
  $("filter").oninput = $("show").onchange = () => {
    page = 0;
    redraw("list");
  };
  $("chunks-failed").onchange = () => {
    details.chunkOffset = 0;
    details.loadChunks(details.id).catch(() => {});
  };
  $("close").onclick = () => confirmEnd(ends.close);
  $("cancel").onclick = () => confirmEnd(ends.cancel);
  document.querySelector(".skip").onclick = (event) => {
    event.preventDefault();
    $("main").focus();
  };
  addEventListener("hashchange", () => arrive(true));
  setInterval(() => redraw("time"), 1000);
  arrive(false);
}

function arrive(isFocused) {
  const token = arrivedToken;
  arrivedToken = null;
  if (!token) {
    delete document.documentElement.dataset.entering;
    return navigate(isFocused);
  }
  show($("signin"), false);
  delete document.documentElement.dataset.entering;
  connection?.abort?.abort();
  connection = null;
  enter(token, "").catch(() => leave("The token of this link is not valid any more."));
}

start();
