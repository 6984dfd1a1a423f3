/* The editor of a graphical procedure: questions as circles with their shares, arrows with the parts that go on.
   Mouse, touch and keys do the same; every figure is also a field of the table below, which is what is sent. */
(() => {
  "use strict";
  const editor = document.querySelector("[data-graph]");
  const given = document.getElementById("graph-drawn");
  if (!editor || !given) return;
  const form = editor.closest("form");
  const canvas = editor.querySelector("[data-canvas]");
  const said = editor.querySelector("[data-said]");
  const NS = "http://www.w3.org/2000/svg";
  const isNarrow = window.matchMedia("(max-width: 40rem)").matches;
  const [WIDTH, HEIGHT] = isNarrow ? [360, 440] : [720, 380];
  const [RADIUS, STEP] = [34, 5];
  canvas.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
  const isReadonly = editor.dataset.readonly === "yes";
  const start = JSON.parse(given.textContent);
  const state = { weights: { ...start.weights }, arrows: { ...start.arrows }, powers: {}, spots: {}, from: null };
  let asked = 0;
  let timer = 0;

  const make = (name, attributes = {}, text = "") => {
    const element = document.createElementNS(NS, name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    if (text) element.textContent = text;
    return element;
  };
  const html = (name, attributes = {}, text = "") => {
    const element = document.createElement(name);
    Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
    if (text) element.textContent = text;
    return element;
  };
  const number = (value) => { const found = parseFloat(String(value).replace(",", ".")); return Number.isFinite(found) ? found : 0; };
  const short = (value) => String(Math.round(value * 100) / 100);
  const tell = (sentence) => { said.textContent = sentence; };

  const roleOf = (place) => {
    const field = form.elements[`q-${place}-role`];
    return field ? field.value : "none";
  };
  const isGate = () => form.querySelector("[data-secondary]").value === "gate";
  const isShown = () => form.querySelector("[data-primary]").value === "graph" || isGate();
  const nodes = () => start.lines.filter((line) => {
    const role = roleOf(line.place);
    return role === "primary" || (role === "secondary" && isGate());
  });
  const arrowsFrom = (place) => nodes().filter((line) => state.arrows[`${place}-${line.place}`] > 0);
  const nameOf = (place) => start.lines.find((line) => line.place === place).name;
  const brief = (name) => (name.length > 26 ? `${name.slice(0, 25)}…` : name);

  function spots() {
    const own = nodes();
    own.forEach((line, index) => {
      if (state.spots[line.place]) return;
      const angle = (2 * Math.PI * index) / Math.max(own.length, 1) - Math.PI / 2;
      const flat = own.length === 2 && !isNarrow;
      const [wide, tall] = isNarrow ? [105, 130] : [own.length < 3 ? 200 : 265, 110];
      const turn = flat ? Math.PI * index + Math.PI : angle;
      state.spots[line.place] = { x: WIDTH / 2 + wide * Math.cos(turn), y: HEIGHT / 2 - 14 + tall * Math.sin(turn) };
    });
  }

  /* --- Presets ---------------------------------------------------------------------------------------------------- */
  function preset(name) {
    const own = nodes().map((line) => line.place);
    const first = own.filter((place) => roleOf(place) === "primary");
    const rest = own.filter((place) => roleOf(place) !== "primary");
    state.weights = {};
    state.arrows = {};
    const join = (group, part) => group.forEach((a) => group.forEach((b) => {
      if (a !== b) state.arrows[`${a}-${b}`] = (100 * part) / (group.length - 1);
    }));
    const share = (group) => group.forEach((place) => { state.weights[place] = 100 / group.length; });
    if (name === "holm") { share(own); join(own, 1); }
    if (name === "in_order" || name === "fallback") {
      own.slice(1).forEach((place, index) => { state.arrows[`${own[index]}-${place}`] = 100; });
      if (name === "fallback") share(own); else if (own.length) state.weights[own[0]] = 100;
    }
    if (name === "gate") {
      const thin = first.length > 1 ? 0.0001 : 1;
      share(first.length ? first : own);
      if (first.length > 1) join(first, 1 - (rest.length ? thin : 0));
      if (rest.length > 1) join(rest, 1);
      first.forEach((a) => rest.forEach((b) => { state.arrows[`${a}-${b}`] = (100 * thin) / rest.length; }));
    }
    draw();
  }

  /* --- Changing ---------------------------------------------------------------------------------------------------- */
  function setShare(place, value) {
    const others = nodes().reduce((sum, line) => sum + (line.place === place ? 0 : state.weights[line.place] || 0), 0);
    const most = Math.max(0, 100 - others);
    state.weights[place] = Math.min(Math.max(value, 0), most);
    tell(value > most + 1e-6 ? `Shares add up to 100 % at most: “${brief(nameOf(place))}” has ${short(most)} %.` : "");
  }

  function setArrow(source, target, value) {
    const others = nodes().reduce((sum, line) => sum + (line.place === target ? 0 : state.arrows[`${source}-${line.place}`] || 0), 0);
    const most = Math.max(0, 100 - others);
    const kept = Math.min(Math.max(value, 0), most);
    if (kept > 0) state.arrows[`${source}-${target}`] = kept; else delete state.arrows[`${source}-${target}`];
    tell(value > most + 1e-6 ? `Arrows from “${brief(nameOf(source))}” add up to 100 % at most: ${short(most)} % are left.` : "");
  }

  function connect(source, target) {
    state.from = null;
    if (source === target) { draw(); return; }
    const left = 100 - arrowsFrom(source).reduce((sum, line) => sum + state.arrows[`${source}-${line.place}`], 0);
    if (left <= 1e-6) {
      const targets = [...arrowsFrom(source).map((line) => line.place), target];
      targets.forEach((place) => { state.arrows[`${source}-${place}`] = 100 / new Set(targets).size; });
      tell("All of it went on already: its arrows now share evenly.");
    } else setArrow(source, target, left);
    draw(`edge-${source}-${target}`);
  }

  /* --- Drawing ----------------------------------------------------------------------------------------------------- */
  function edge(source, target) {
    const [a, b] = [state.spots[source], state.spots[target]];
    const both = state.arrows[`${target}-${source}`] > 0;
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const far = Math.hypot(dx, dy) || 1;
    const bend = both ? 34 : 10;
    const [nx, ny] = [-dy / far, dx / far];
    const middle = { x: (a.x + b.x) / 2 + nx * bend, y: (a.y + b.y) / 2 + ny * bend };
    const cut = (spot, gap) => {
      const [ex, ey] = [middle.x - spot.x, middle.y - spot.y];
      const length = Math.hypot(ex, ey) || 1;
      return { x: spot.x + (ex / length) * gap, y: spot.y + (ey / length) * gap };
    };
    const [begin, end] = [cut(a, RADIUS + 1), cut(b, RADIUS + 9)];
    const path = `M${begin.x} ${begin.y} Q${middle.x + nx * bend * 0.4} ${middle.y + ny * bend * 0.4} ${end.x} ${end.y}`;
    const value = state.arrows[`${source}-${target}`];
    const text = value < 0.05 ? "ε" : `${short(value)} %`;
    const group = make("g", { class: "g-edge", tabindex: 0, role: "button", id: `edge-${source}-${target}`,
      "aria-label": `Arrow from ${nameOf(source)} to ${nameOf(target)}: ${short(value)} percent` });
    group.append(make("path", { class: "g-hit", d: path }), make("path", { class: "g-line", d: path, "marker-end": "url(#g-head)" }),
      make("rect", { x: middle.x - 23, y: middle.y - 9, width: 46, height: 18, rx: 6 }), make("text", { x: middle.x, y: middle.y }, text));
    group.addEventListener("keydown", (event) => edgeKey(event, source, target));
    group.addEventListener("dblclick", () => { if (!isReadonly) { setArrow(source, target, 0); draw(); } });
    return group;
  }

  function node(line) {
    const { place, name } = line;
    const spot = state.spots[place];
    const share = state.weights[place] || 0;
    const group = make("g", { class: `g-node is-${roleOf(place)}${state.from === place ? " is-from" : ""}`, tabindex: 0, role: "button",
      id: `node-${place}`, transform: `translate(${spot.x} ${spot.y})`, "aria-label": `${name}: share ${short(share)} percent` });
    group.append(make("title", {}, name), make("circle", { class: "g-ring", r: RADIUS + 5 }), make("circle", { class: "g-body", r: RADIUS }),
      make("text", { class: "g-share", y: 5 }, `${short(share)} %`), make("text", { class: "g-name is-first", y: RADIUS + 18 }, brief(line.measure)),
      make("text", { class: "g-name", y: RADIUS + 32 }, brief(line.contrast)));
    group.addEventListener("pointerdown", (event) => grab(event, place));
    group.addEventListener("keydown", (event) => nodeKey(event, place));
    return group;
  }

  function draw(focus = "") {
    editor.hidden = !isShown();
    if (editor.hidden) return;
    spots();
    const wanted = focus || (document.activeElement && canvas.contains(document.activeElement) ? document.activeElement.id : "");
    const head = make("marker", { id: "g-head", viewBox: "0 0 10 10", refX: 7, refY: 5, markerWidth: 8, markerHeight: 8, orient: "auto-start-reverse" });
    head.append(make("path", { class: "g-arrow", d: "M0 0 L10 5 L0 10 z" }));
    const defs = make("defs");
    defs.append(head);
    canvas.replaceChildren(defs);
    nodes().forEach((a) => nodes().forEach((b) => { if (state.arrows[`${a.place}-${b.place}`] > 0) canvas.append(edge(a.place, b.place)); }));
    nodes().forEach((line) => canvas.append(node(line)));
    table();
    const element = wanted && document.getElementById(wanted);
    if (element) element.focus();
    window.clearTimeout(timer);
    timer = window.setTimeout(chances, 350);
  }

  function table() {
    const own = nodes();
    const active = document.activeElement ? document.activeElement.name : "";
    const head = html("tr");
    head.append(html("th", { scope: "col" }, "Question"), html("th", { scope: "col", class: "is-number" }, "Share %"), html("th", { scope: "col", class: "is-number" }, "Found alone %"));
    own.forEach((line, index) => head.append(html("th", { scope: "col", class: "is-number", title: line.name }, `→ ${index + 1}`)));
    editor.querySelector("[data-head]").replaceChildren(head);
    const rows = own.map((line, index) => {
      const row = html("tr");
      row.append(html("th", { scope: "row" }, `${index + 1}. ${line.name}`));
      row.append(cell(`w-${line.place}`, state.weights[line.place] || 0, `Share of ${line.name}`, (value) => setShare(line.place, value)));
      row.append(cell(`power-${line.place}`, state.powers[line.place] ?? 80, `Chance to find ${line.name} if it were asked alone`, (value) => { state.powers[line.place] = Math.min(Math.max(value, 0), 99.9); }));
      own.forEach((other) => {
        if (other === line) { row.append(html("td")); return; }
        row.append(cell(`a-${line.place}-${other.place}`, state.arrows[`${line.place}-${other.place}`] || 0, `From ${line.name} to ${other.name}`, (value) => setArrow(line.place, other.place, value)));
      });
      return row;
    });
    editor.querySelector("[data-rows]").replaceChildren(...rows);
    if (active && form.elements[active] && editor.contains(form.elements[active])) form.elements[active].focus();
  }

  function cell(name, value, label, change) {
    const data = html("td", { class: "is-number" });
    const input = html("input", { name, inputmode: "decimal", "aria-label": label, value: name.startsWith("power") ? short(value) : String(Math.round(value * 1e6) / 1e6) });
    input.addEventListener("change", () => { change(number(input.value)); draw(); });
    data.append(input);
    return data;
  }

  /* --- Hands and keys ---------------------------------------------------------------------------------------------- */
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * WIDTH, y: ((event.clientY - box.top) / box.height) * HEIGHT };
  };
  const under = (spot) => nodes().find((line) => Math.hypot(state.spots[line.place].x - spot.x, state.spots[line.place].y - spot.y) < RADIUS + 10);
  const hold = (place, spot) => {
    state.spots[place] = { x: Math.min(Math.max(spot.x, RADIUS + 8), WIDTH - RADIUS - 8), y: Math.min(Math.max(spot.y, RADIUS + 8), HEIGHT - RADIUS - 40) };
  };

  function grab(event, place) {
    if (isReadonly) return;
    event.preventDefault();
    document.getElementById(`node-${place}`).focus();
    const begun = at(event);
    const centre = { ...state.spots[place] };
    const isArrow = event.target.classList.contains("g-ring");
    const draft = make("path", { class: "g-draft" });
    if (isArrow) canvas.append(draft);
    const move = (moved) => {
      const now = at(moved);
      if (isArrow) draft.setAttribute("d", `M${centre.x} ${centre.y} L${now.x} ${now.y}`);
      else { hold(place, { x: centre.x + now.x - begun.x, y: centre.y + now.y - begun.y }); draw(`node-${place}`); }
    };
    const end = (ended) => {
      window.removeEventListener("pointermove", move);
      window.removeEventListener("pointerup", end);
      draft.remove();
      const target = isArrow ? under(at(ended)) : null;
      if (target) connect(place, target.place);
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", end);
  }

  const MOVES = { ArrowLeft: [-12, 0], ArrowRight: [12, 0], ArrowUp: [0, -12], ArrowDown: [0, 12] };
  function nodeKey(event, place) {
    if (isReadonly) return;
    const sign = event.key === "+" || event.key === "=" ? 1 : event.key === "-" ? -1 : 0;
    if (MOVES[event.key]) hold(place, { x: state.spots[place].x + MOVES[event.key][0], y: state.spots[place].y + MOVES[event.key][1] });
    else if (sign) setShare(place, (state.weights[place] || 0) + sign * STEP);
    else if (event.key === "Escape") { state.from = null; tell(""); }
    else if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      if (state.from !== null && state.from !== place) { connect(state.from, place); return; }
      state.from = state.from === place ? null : place;
      tell(state.from === null ? "" : `An arrow from “${brief(nameOf(place))}”: go to another question and press Enter. Escape ends this.`);
    } else return;
    event.preventDefault();
    draw(`node-${place}`);
  }

  function edgeKey(event, source, target) {
    if (isReadonly) return;
    const sign = event.key === "+" || event.key === "=" ? 1 : event.key === "-" ? -1 : 0;
    if (sign) setArrow(source, target, (state.arrows[`${source}-${target}`] || 0) + sign * STEP);
    else if (event.key === "Delete" || event.key === "Backspace") setArrow(source, target, 0);
    else return;
    event.preventDefault();
    draw(state.arrows[`${source}-${target}`] ? `edge-${source}-${target}` : `node-${source}`);
  }

  /* --- Chances ----------------------------------------------------------------------------------------------------- */
  async function chances() {
    const own = nodes();
    const box = editor.querySelector("[data-chances]");
    if (!own.length) { box.replaceChildren(html("p", { class: "g-whole" }, "No question is primary: there is nothing to draw.")); return; }
    asked += 1;
    const mine = asked;
    const body = { weights: own.map((line) => state.weights[line.place] || 0), level: number(form.querySelector("[data-level]").value) || 0.05,
      arrows: own.map((a) => own.map((b) => state.arrows[`${a.place}-${b.place}`] || 0)), powers: own.map((line) => state.powers[line.place] ?? 80) };
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const answer = await fetch(editor.dataset.power, { method: "POST", headers: { "X-CSRFToken": token, "Content-Type": "application/json" }, body: JSON.stringify(body) });
    const found = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) { box.replaceChildren(html("p", { class: "g-whole" }, found.said)); return; }
    const parts = [html("p", { class: "g-whole" }, `If each would be found alone as often as the table says, this graph finds at least one in ${short(found.any)} % and all in ${short(found.all)} % of such studies (20,000 simulated, one look, answers that go together by a half):`)];
    own.forEach((line, index) => {
      const bar = html("span", { class: "g-track" });
      const filled = html("i");
      filled.style.width = `${found.each[index]}%`;
      bar.append(filled);
      parts.push(html("span", { class: "g-name" }, line.name), bar, html("span", { class: "is-number" }, `${found.each[index]} %`));
    });
    box.replaceChildren(...parts);
  }

  editor.querySelectorAll("[data-preset]").forEach((button) => {
    button.disabled = isReadonly;
    button.addEventListener("click", () => preset(button.dataset.preset));
  });
  form.addEventListener("change", (event) => {
    if (editor.contains(event.target)) return;
    if (event.target.matches("[data-secondary]") && isGate()) form.querySelector("[data-primary]").value = "graph";
    const isEmpty = !nodes().some((line) => state.weights[line.place] > 0);
    if (isShown() && isEmpty) preset(isGate() ? "gate" : "holm"); else draw();
  });
  draw();
})();
