extension ExplorerScript {
  /// The selection as a sweep file and as CSV, both pictures as SVG.
  static let export = #"""
    const file = (ending) => `${explored.name.replace(/[^\w.-]+/g, "-")}${ending}`;
    // A text that was written without quotes in braces or of plain characters stays so.
    const scalar = (text) => /^[{[]/.test(text) || (/^[\w.\/-][\w.\/ +%-]*$/.test(text) && !text.endsWith(" ")) ? text : JSON.stringify(text);
    const yaml = () => {
      const list = chosenList();
      if (explored.head === undefined) {
        return `# Designs of ${explored.name} that were selected in its page.\npoints:\n` + list.map((i) =>
          `  - {point: ${numbers[i]}, axes: {${axes.map((axis) => `${axis.name}: ${scalar(axis.text(axis.data[i]))}`).join(", ")}}}\n`).join("");
      }
      const seen = new Set();
      const kept = list.filter((i) => {
        const key = axes.map((axis) => axis.data[i]).join();
        return !seen.has(key) && seen.add(key);
      });
      const some = kept.slice(0, 20).map((i) => numbers[i]).join(", ");
      const places = (axis) => axis.paths.length ? `, paths: [${axis.paths.map(scalar).join(", ")}]` : "";
      const members = axes.map((axis) => `{name: ${axis.name}${places(axis)}, role: ${axis.isEnvironment ? "environment" : "design"}, `
        + `values: [${kept.map((i) => scalar(axis.text(axis.data[i]))).join(", ")}]}`);
      const body = members.length === 1 ? `  - ${members[0]}\n` : "  - zip:\n" + members.map((member) => `      - ${member}\n`).join("");
      return `# Designs of ${explored.name} that were selected in its page: ${some}${kept.length > 20 ? " and others" : ""}.\n`
        + `# Names and paths are those of the sweep, from the same working folder.\n${explored.head}axes:\n${body}${explored.tail}`;
    };
    const cell = (text) => {
      const guarded = /^'*[=+\-@\t\r]/.test(text) && text.length > 1 && (text.startsWith("'") || Number.isNaN(Number(text))) ? "'" + text : text;
      return /[",\n\r]/.test(guarded) ? `"${guarded.replaceAll('"', '""')}"` : guarded;
    };
    const plain = (column, value) => Number.isFinite(value)
      ? String(column.isCounted ? Math.trunc(value) : explored.precision === 4 && column.constant === undefined ? Number(value.toPrecision(7)) : value) : "";
    const csv = (list) => [["point", ...axes.map((axis) => axis.name), "pareto", ...figures.map((figure) => figure.name)].join(","),
      ...list.map((i) => [numbers[i], ...axes.map((axis) => cell(axis.text(axis.data[i]))), isFront(i) ? 1 : 0,
        ...figures.map((figure) => plain(figure, figure.data[i]))].join(","))].join("\n") + "\n";
    // The axes with what the canvas shows behind them.
    const whole = (picture, shapes) => {
      const copy = standalone(picture.svg, picture.width, picture.height);
      const before = copy.querySelector(".ground").nextSibling;
      for (const attributes of shapes) copy.insertBefore(drawElement("path", { fill: "none", ...attributes }), before);
      for (const handle of copy.querySelectorAll(".handle")) handle.remove();
      for (const name of ["tabindex", "aria-roledescription"]) copy.removeAttribute(name);
      copy.setAttribute("role", "img");
      copy.setAttribute("aria-label", `${explored.name}: ${said.textContent}`);
      return new XMLSerializer().serializeToString(copy);
    };
    const fixed = (value) => Number(value.toFixed(1));
    const planeFile = () => whole(plane, layers().filter(([list]) => list.length).map(([list, stroke, size, alpha, isDiamond]) => {
      const seen = new Set();
      for (const i of list) {
        const [x, y] = [placeX(i), placeY(i)];
        if (x === x && y === y) seen.add(isDiamond
          ? `M${fixed(x)} ${fixed(y - size * 0.75)}l${size * 0.75} ${size * 0.75}l${-size * 0.75} ${size * 0.75}l${-size * 0.75} ${-size * 0.75}z`
          : `M${fixed(x - size / 2)} ${fixed(y)}h${size}`);
      }
      const d = [...seen].join("");
      return isDiamond ? { d, fill: stroke, opacity: alpha } : { d, stroke, "stroke-width": size, opacity: alpha };
    }));
    const linesFile = () => whole(sheet, bundles().filter(([list]) => list.length).map(([list, stroke, alpha, width]) => ({
      stroke, "stroke-width": width, "stroke-opacity": alpha,
      d: list.map((i) => {
        let isDown = false;
        return sheet.tracks.map(({ column }, k) => {
          const part = sharesOf(column)[i];
          const word = part === part ? `${isDown ? "L" : "M"}${fixed(trackX(k))} ${fixed(trackY(part))}` : "";
          isDown = part === part;
          return word;
        }).join("");
      }).join(""),
    })));

    """#

  /// Puts everything in its place.
  static let start = #"""
    const button = (text, action) => make("button", { type: "button", click: action }, text);
    const choice = (key, label) => {
      const list = make("select", { change: () => { state[key] = named.get(list.value); layPlane(); changed(); } },
        ...drawn.map((column) => make("option", { value: column.name }, column.title)));
      list.dataset.key = key;
      return make("label", {}, label, " ", list);
    };
    const onFront = make("input", { type: "checkbox", change: () => { state.front = onFront.checked; changed(); } });
    const boxes = drawn.map((column) => {
      const box = make("input", { type: "checkbox", value: column.name, change: () => {
        if (box.checked) state.shown.add(column.name); else state.shown.delete(column.name);
        layLines();
        changed();
      } });
      return box;
    });
    const said = make("p", { role: "status", class: "said" });
    const heard = make("p", { "aria-live": "polite", class: "heard" });
    let faults = [];
    const say = () => {
      const parts = [];
      for (const [name, [low, high]] of state.ranges) {
        const column = named.get(name);
        parts.push(low === high ? `${column.title} ${column.text(low)}` : `${column.title} ${column.text(low)} to ${column.text(high)}`);
      }
      if (state.front) parts.unshift("of the front");
      if (state.picks.size) parts.push(`${parts.length ? "and " : ""}${state.picks.size.toLocaleString("en-US")} picked one by one`);
      said.textContent = (isFiltering ? `${count.toLocaleString("en-US")} of ${total.toLocaleString("en-US")} designs are selected: ${parts.join(", ")}. `
        : `All ${total.toLocaleString("en-US")} designs, nothing is selected. `) + sheet.note
        + (faults.length ? `The address names what this page has not: ${faults.join(", ")}.` : "");
      plane.svg.setAttribute("aria-label", `${state.y.title} against ${state.x.title}, ${total.toLocaleString("en-US")} designs. Arrow keys walk along ${isFiltering ? "the selected designs" : "the front"}, Enter picks, Escape clears.`);
    };
    const clear = () => {
      [state.ranges, state.picks, state.front] = [new Map(), new Set(), false];
      faults = [];
      follow();
      changed();
    };
    const follow = () => {
      onFront.checked = state.front;
      for (const box of boxes) box.checked = state.shown.has(box.value);
      for (const list of room.querySelectorAll("select")) list.value = state[list.dataset.key].name;
    };
    const paint = () => { paintPlane(); paintLines(); paintMarks(); };
    const lay = () => { layPlane(); layLines(); paint(); };
    const begin = () => {
      faults = restore();
      follow();
      select();
      lay();
      fillTable();
      say();
    };
    if (drawn.length) {
      room.append(
        make("div", { class: "tools", role: "group", "aria-label": "Selection" },
          choice("x", "across"), choice("y", "up"), make("label", {}, onFront, " front only"), button("Clear", clear),
          button("Selection as YAML", () => saveFile(file("-selection.yaml"), "application/yaml", yaml())),
          button("Selection as CSV", () => saveFile(file("-selection.csv"), "text/csv", csv(chosenList()))),
          button("All as CSV", () => saveFile(file(".csv"), "text/csv", csv([...numbers.keys()])))),
        said, heard,
        make("div", { class: "tools" }, button("Save as SVG", () => saveFile(file("-points.svg"), "image/svg+xml", planeFile()))), plane.box,
        make("div", { class: "tools" }, button("Save as SVG", () => saveFile(file("-lines.svg"), "image/svg+xml", linesFile())),
          make("details", { class: "columns" }, make("summary", {}, "Columns"),
            make("div", { role: "group", "aria-label": "Columns of lines and table" },
              ...drawn.map((column, k) => make("label", {}, boxes[k], ` ${column.title}`))))), sheet.box,
        make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Selected designs" }, listed), pages);
      room.hidden = false;
      begin();
      new ResizeObserver(() => {
        if (plane.box.clientWidth !== plane.width || sheet.box.clientWidth !== sheet.width) lay();
      }).observe(room);
      addEventListener("hashchange", begin);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
    }

    """#
}
