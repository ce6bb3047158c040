extension ExplorerScript {
  /// All points over two columns, on a canvas below the axes.
  static let scatter = #"""
    const plane = {
      box: make("div", { class: "plot" }), canvas: make("canvas", { class: "over", "aria-hidden": "true" }),
      svg: drawElement("svg", { class: "chart plane", tabindex: "0", role: "application", "aria-roledescription": "scatter plot" }),
      width: 0, height: 420, left: 84, right: 16, top: 14, bottom: 52, cursor: -1, brush: null,
    };
    plane.box.append(plane.canvas, plane.svg);
    const colour = (name) => getComputedStyle(plane.svg).getPropertyValue(name).trim();
    const placeX = (i) => plane.left + sharesOf(state.x)[i] * (plane.width - plane.left - plane.right);
    const placeY = (i) => plane.height - plane.bottom - sharesOf(state.y)[i] * (plane.height - plane.top - plane.bottom);
    const sized = (canvas, width, height) => {
      const ratio = devicePixelRatio || 1;
      if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
        [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
        [canvas.style.width, canvas.style.height] = [width + "px", height + "px"];
      }
      const pen = canvas.getContext("2d");
      pen.setTransform(ratio, 0, 0, ratio, 0, 0);
      pen.clearRect(0, 0, width, height);
      return pen;
    };
    // What is drawn, first behind: points, colour, size, opacity, whether as diamonds.
    const layers = () => {
      const parts = [[], [], [], []];
      for (let i = 0; i < total; i++) parts[(chosen[i] && isFiltering ? 2 : 0) + isFront(i)].push(i);
      const size = total > 20000 ? 2 : total > 2000 ? 3 : 5;
      const faint = isFiltering ? 0.3 : 0.6;
      return [
        [parts[0], colour("--cloud"), size, faint, false],
        [parts[1], colour("--c3"), size + 2, isFiltering ? 0.35 : 1, true],
        [parts[2], colour("--c0"), size + 1, 1, false],
        [parts[3], colour("--c3"), size + 4, 1, true],
      ];
    };
    // Pixel by pixel: a hundred thousand squares in a few milliseconds.
    const paintSquares = (pen, all, xs, ys, w, h) => {
      const { width, height } = pen.canvas;
      const ratio = width / plane.width;
      const image = pen.createImageData(width, height);
      const pixels = new Uint32Array(image.data.buffer);
      for (const [list, fill, size, alpha] of all) {
        const [red, green, blue] = [1, 3, 5].map((start) => parseInt(fill.slice(start, start + 2), 16));
        const ink = ((Math.round(alpha * 255) << 24) | (blue << 16) | (green << 8) | red) >>> 0;
        const side = Math.max(1, Math.round(size * ratio));
        for (const i of list) {
          const x = Math.round((plane.left + xs[i] * w) * ratio - side / 2);
          const y = Math.round((plane.top + (1 - ys[i]) * h) * ratio - side / 2);
          if (!(x >= 0 && y >= 0 && x + side <= width && y + side <= height)) continue;
          for (let row = y; row < y + side; row++) pixels.fill(ink, row * width + x, row * width + x + side);
        }
      }
      pen.putImageData(image, 0, 0);
    };
    const paintPlane = () => {
      const pen = sized(plane.canvas, plane.width, plane.height);
      const [xs, ys] = [sharesOf(state.x), sharesOf(state.y)];
      const [w, h] = [plane.width - plane.left - plane.right, plane.height - plane.top - plane.bottom];
      const all = layers();
      paintSquares(pen, all.filter((layer) => !layer[4]), xs, ys, w, h);
      for (const [list, fill, size, alpha] of all.filter((layer) => layer[4])) {
        [pen.fillStyle, pen.globalAlpha] = [fill, alpha];
        const r = size * 0.75;
        for (const i of list) {
          const [x, y] = [plane.left + xs[i] * w, plane.top + (1 - ys[i]) * h];
          pen.beginPath();
          pen.moveTo(x, y - r); pen.lineTo(x + r, y); pen.lineTo(x, y + r); pen.lineTo(x - r, y);
          pen.fill();
        }
      }
      pen.globalAlpha = 1;
      pen.strokeStyle = colour("--ink");
      const ring = (i, r) => {
        if (i < 0) return;
        pen.beginPath();
        pen.arc(placeX(i), placeY(i), r, 0, 7);
        pen.stroke();
      };
      pen.lineWidth = 1.5;
      for (const number of state.picks) ring(indexOf(number), 7);
      pen.lineWidth = 2.5;
      ring(plane.cursor, 10);
      const [x, y] = [state.ranges.get(state.x.name), state.ranges.get(state.y.name)];
      const band = plane.svg.querySelector(".brush");
      const [left, right] = x ? x.map((v) => plane.left + share(state.x, v) * w) : [plane.left, plane.left + w];
      const [low, high] = y ? y.map((v) => plane.top + (1 - share(state.y, v)) * h) : [plane.top + h, plane.top];
      for (const [key, value] of [["x", left - 1], ["y", high - 1], ["width", right - left + 2], ["height", low - high + 2]]) band.setAttribute(key, value);
      band.setAttribute("visibility", x || y ? "visible" : "hidden");
    };
    const layPlane = () => {
      plane.width = Math.max(plane.box.clientWidth, 280);
      const { svg, width, height, left, right, top, bottom } = plane;
      svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
      svg.replaceChildren();
      const line = (x1, y1, x2, y2, name) => svg.append(drawElement("line", { x1, y1, x2, y2, class: name }));
      for (const [value, text] of ticks(state.x, Math.max(2, (width - left) / 110))) {
        const x = left + share(state.x, value) * (width - left - right);
        line(x, top, x, height - bottom, "grid");
        svg.append(drawElement("text", { x, y: height - bottom + 20, class: "tick", "text-anchor": "middle" }, text));
      }
      for (const [value, text] of ticks(state.y, 7)) {
        const y = height - bottom - share(state.y, value) * (height - top - bottom);
        line(left, y, width - right, y, "grid");
        svg.append(drawElement("text", { x: left - 10, y: y + 4, class: "tick", "text-anchor": "end" }, text));
      }
      line(left - 6, height - bottom + 6, width - right, height - bottom + 6, "base");
      line(left - 6, top, left - 6, height - bottom + 6, "base");
      svg.append(drawElement("text", { x: width - right, y: height - 10, class: "unit", "text-anchor": "end" }, state.x.title));
      svg.append(drawElement("text", { x: 14, y: top, class: "unit", "text-anchor": "end", transform: `rotate(-90 14 ${top})` }, state.y.title));
      svg.append(drawElement("rect", { class: "brush", visibility: "hidden" }));
    };
    const nearest = (x, y, most) => {
      let [best, found] = [most * most, -1];
      const [xs, ys] = [sharesOf(state.x), sharesOf(state.y)];
      const [w, h] = [plane.width - plane.left - plane.right, plane.height - plane.top - plane.bottom];
      for (let i = 0; i < total; i++) {
        const [dx, dy] = [plane.left + xs[i] * w - x, plane.top + (1 - ys[i]) * h - y];
        const distance = dx * dx + dy * dy;
        if (distance < best || (distance === best && chosen[i] && found >= 0 && !chosen[found])) [best, found] = [distance, i];
      }
      return found;
    };
    const words = (i, mark) => [`point ${numbers[i]}${isFront(i) ? ", on the front" : ""}`,
      ...figures.filter((column) => column.isObjective).map((column) => `${column.title} ${column.text(column.data[i])}`),
      ...axes.map((column) => `${column.title} ${short(column.text(column.data[i]), 80)}`)].join(mark);
    const showTip = (i, event) => {
      tip.hidden = i < 0;
      if (i < 0) return;
      tip.textContent = words(i, "\n");
      const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      const below = event.clientY + 18;
      tip.style.left = Math.max(x, 4) + "px";
      tip.style.top = (below + tip.offsetHeight > innerHeight ? Math.max(event.clientY - tip.offsetHeight - 10, 4) : below) + "px";
    };
    const within = (element, event) => {
      const box = element.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    const partX = (x) => Math.min(Math.max((x - plane.left) / (plane.width - plane.left - plane.right), 0), 1);
    const partY = (y) => Math.min(Math.max((plane.height - plane.bottom - y) / (plane.height - plane.top - plane.bottom), 0), 1);
    plane.svg.addEventListener("pointerdown", (event) => {
      plane.brush = within(plane.svg, event);
      plane.svg.setPointerCapture(event.pointerId);
    });
    plane.svg.addEventListener("pointermove", (event) => {
      const [x, y] = within(plane.svg, event);
      if (!plane.brush) return showTip(nearest(x, y, 9), event);
      if (Math.abs(x - plane.brush[0]) + Math.abs(y - plane.brush[1]) < 5) return;
      showTip(-1);
      limit(state.x, valueAt(state.x, partX(Math.min(x, plane.brush[0]))), valueAt(state.x, partX(Math.max(x, plane.brush[0]))));
      limit(state.y, valueAt(state.y, partY(Math.max(y, plane.brush[1]))), valueAt(state.y, partY(Math.min(y, plane.brush[1]))));
      changed();
    });
    plane.svg.addEventListener("pointerup", (event) => {
      const [x, y] = within(plane.svg, event);
      const isClick = plane.brush && Math.abs(x - plane.brush[0]) + Math.abs(y - plane.brush[1]) < 5;
      plane.brush = null;
      if (!isClick) return;
      const i = nearest(x, y, 9);
      if (i >= 0) return toggle(numbers[i]);
      state.ranges.delete(state.x.name);
      state.ranges.delete(state.y.name);
      changed();
    });
    plane.svg.addEventListener("pointercancel", () => { plane.brush = null; });
    plane.svg.addEventListener("pointerleave", () => showTip(-1));
    // Arrows walk along what is selected, or the front, from left to right.
    plane.svg.addEventListener("keydown", (event) => {
      const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
      if (event.key in steps) {
        const list = isFiltering && count ? chosenList() : front.length ? front : [...numbers.keys()];
        const xs = sharesOf(state.x);
        const sorted = [...list].sort((a, b) => xs[a] - xs[b] || a - b);
        const at = sorted.indexOf(plane.cursor);
        const next = at < 0 ? 0 : Math.min(Math.max(at + steps[event.key], 0), sorted.length - 1);
        plane.cursor = sorted[next];
        heard.textContent = words(plane.cursor, ", ");
        paint();
      } else if ((event.key === "Enter" || event.key === " ") && plane.cursor >= 0) toggle(numbers[plane.cursor]);
      else if (event.key === "Escape") clear();
      else return;
      event.preventDefault();
    });

    """#
}
