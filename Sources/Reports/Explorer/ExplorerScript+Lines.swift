extension ExplorerScript {
  /// Parallel coordinates: a line for each point over axes whose two handles are the ends of a range.
  static let lines = #"""
    const mostLines = 3000;
    const sheet = {
      box: make("div", { class: "plot" }), canvas: make("canvas", { "aria-hidden": "true" }),
      svg: drawElement("svg", { class: "chart plane", role: "group", "aria-label": "Parallel coordinates: each line is a design, each axis has two handles for the ends of a range" }),
      width: 0, height: 400, left: 60, right: 60, top: 58, bottom: 32, tracks: [], drag: null, note: "",
    };
    sheet.box.append(sheet.canvas, sheet.svg);
    const shownColumns = () => drawn.filter((column) => state.shown.has(column.name));
    const trackX = (k) => sheet.tracks.length < 2 ? sheet.width / 2
      : sheet.left + k * (sheet.width - sheet.left - sheet.right) / (sheet.tracks.length - 1);
    const trackY = (part) => sheet.height - sheet.bottom - part * (sheet.height - sheet.top - sheet.bottom);
    // All of the front and others evenly spread, at most as many as can be told apart.
    const sample = (list) => {
      if (list.length <= mostLines) return list;
      const best = list.filter(isFront).slice(0, mostLines);
      const rest = list.filter((i) => !isFront(i));
      const room = mostLines - best.length;
      return [...best, ...Array.from({ length: room }, (_, k) => rest[Math.floor(k * rest.length / room)])];
    };
    // What is drawn, first behind: points, colour, opacity, width.
    const bundles = () => {
      const [out, into] = [[], []];
      for (let i = 0; i < total; i++) (chosen[i] ? into : out).push(i);
      const [far, near] = [sample(out), sample(into)];
      sheet.note = far.length + near.length < total
        ? `Lines of ${(far.length + near.length).toLocaleString("en-US")} of ${total.toLocaleString("en-US")} designs are drawn: those of the front and others evenly spread. `
        : "";
      const alpha = near.length > 1000 ? 0.08 : near.length > 200 ? 0.35 : 0.7;
      const groups = [[near.filter((i) => !isFront(i)), colour("--c0"), alpha, 1], [near.filter(isFront), colour("--c3"), Math.max(alpha, 0.5), 1.4]];
      return isFiltering ? [[far, colour("--cloud"), 0.1, 1], ...groups] : groups;
    };
    const paintLines = () => {
      const pen = sized(sheet.canvas, sheet.width, sheet.height);
      const parts = sheet.tracks.map((track) => sharesOf(track.column));
      const xs = sheet.tracks.map((_, k) => trackX(k));
      const [base, span] = [sheet.height - sheet.bottom, sheet.height - sheet.top - sheet.bottom];
      for (const [list, stroke, alpha, width] of bundles()) {
        [pen.strokeStyle, pen.globalAlpha, pen.lineWidth] = [stroke, alpha, width];
        for (const i of list) {
          pen.beginPath();
          let isDown = false;
          for (let k = 0; k < parts.length; k++) {
            const part = parts[k][i];
            if (part !== part) { isDown = false; continue; }
            if (isDown) pen.lineTo(xs[k], base - part * span); else pen.moveTo(xs[k], base - part * span);
            isDown = true;
          }
          pen.stroke();
        }
      }
      for (const [k, { column, band, handles }] of sheet.tracks.entries()) {
        const range = state.ranges.get(column.name);
        const ends = range || [column.low, column.high];
        const ys = ends.map((value) => trackY(share(column, value)));
        for (const [key, value] of [["x", trackX(k) - 7], ["y", ys[1]], ["height", Math.max(ys[0] - ys[1], 2)]]) band.setAttribute(key, value);
        band.setAttribute("visibility", range ? "visible" : "hidden");
        for (const [end, handle] of handles.entries()) {
          handle.setAttribute("transform", `translate(${trackX(k)} ${ys[end]}) scale(1 ${end ? -1 : 1})`);
          handle.setAttribute("aria-valuenow", ends[end]);
          handle.setAttribute("aria-valuetext", column.text(ends[end]));
        }
      }
    };
    const stepped = (column, value, key) => {
      const part = share(column, value);
      const step = column.isAxis ? 1 / Math.max(column.high, 1) : 0.02;
      const moved = { ArrowUp: part + step, ArrowRight: part + step, ArrowDown: part - step, ArrowLeft: part - step, PageUp: part + 5 * step, PageDown: part - 5 * step, Home: 0, End: 1 }[key];
      if (moved === undefined) return undefined;
      const found = moved <= 1e-9 ? column.low : moved >= 1 - 1e-9 ? column.high : valueAt(column, moved);
      return column.isAxis ? Math.round(found) : found;
    };
    const handle = (column, end) => {
      const found = drawElement("path", {
        d: "M0 0l-9 12h18z", class: "handle", tabindex: "0", role: "slider", "aria-orientation": "vertical",
        "aria-label": `${end ? "most" : "least"} ${column.title}`, "aria-valuemin": column.low, "aria-valuemax": column.high,
      });
      found.addEventListener("keydown", (event) => {
        const [low, high] = state.ranges.get(column.name) || [column.low, column.high];
        const next = stepped(column, end ? high : low, event.key);
        if (next !== undefined) limit(column, end ? Math.min(low, next) : next, end ? next : Math.max(high, next));
        else if (["Delete", "Backspace", "Escape"].includes(event.key)) state.ranges.delete(column.name);
        else return;
        event.preventDefault();
        changed();
      });
      return found;
    };
    const layLines = () => {
      sheet.width = Math.max(sheet.box.clientWidth, 280);
      sheet.svg.setAttribute("viewBox", `0 0 ${sheet.width} ${sheet.height}`);
      sheet.svg.replaceChildren();
      sheet.tracks = shownColumns().map((column) => ({ column }));
      const each = (sheet.width - 40) / Math.max(sheet.tracks.length, 1);
      for (const [k, track] of sheet.tracks.entries()) {
        const { column } = track;
        const x = trackX(k);
        const text = (y, words, name) => {
          const label = drawElement("text", { x, y, class: name, "text-anchor": "middle" }, short(words, Math.max(4, Math.floor(each / 6.6))));
          label.append(drawElement("title", {}, words));
          sheet.svg.append(label);
        };
        text(12 + 14 * (k % 2), column.title, "name");
        text(sheet.top - 15, column.text(column.high), "tick");
        text(sheet.height - sheet.bottom + 25, column.text(column.low), "tick");
        sheet.svg.append(drawElement("line", { x1: x, x2: x, y1: sheet.top, y2: sheet.height - sheet.bottom, class: "base" }));
        track.band = drawElement("rect", { class: "brush", width: 14, visibility: "hidden" });
        track.handles = [handle(column, 0), handle(column, 1)];
        sheet.svg.append(track.band, ...track.handles);
      }
    };
    const partOn = (y) => Math.min(Math.max((sheet.height - sheet.bottom - y) / (sheet.height - sheet.top - sheet.bottom), 0), 1);
    sheet.svg.addEventListener("pointerdown", (event) => {
      const [x, y] = within(sheet.svg, event);
      const found = sheet.tracks.map((track, k) => [Math.abs(trackX(k) - x), track]).sort((a, b) => a[0] - b[0])[0];
      if (!found || found[0] > 22) return;
      const { column, handles } = found[1];
      const [low, high] = state.ranges.get(column.name) || [column.low, column.high];
      const end = handles.indexOf(event.target);
      sheet.drag = { column, y, from: partOn(y), isMoved: false };
      // A handle moves its own end, anything else on an axis begins a new range.
      if (end >= 0) sheet.drag.from = share(column, end ? low : high);
      sheet.svg.setPointerCapture(event.pointerId);
    });
    sheet.svg.addEventListener("pointermove", (event) => {
      if (!sheet.drag) return;
      const { column, from, y: start } = sheet.drag;
      const [, y] = within(sheet.svg, event);
      if (!sheet.drag.isMoved && Math.abs(y - start) < 4) return;
      sheet.drag.isMoved = true;
      const ends = [from, partOn(y)].sort((a, b) => a - b).map((part) => valueAt(column, part));
      limit(column, ends[0], ends[1]);
      changed();
    });
    sheet.svg.addEventListener("pointerup", (event) => {
      if (sheet.drag && !sheet.drag.isMoved && !event.target.classList.contains("handle")) {
        state.ranges.delete(sheet.drag.column.name);
        changed();
      }
      sheet.drag = null;
    });
    sheet.svg.addEventListener("pointercancel", () => { sheet.drag = null; });

    """#
}
