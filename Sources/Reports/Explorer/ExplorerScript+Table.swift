extension ExplorerScript {
  /// The selected points in rows, a page of them at a time, and the marks of other pictures.
  static let table = #"""
    const rowsAtOnce = 20;
    const listed = make("table");
    const pages = make("p", { class: "pages" });
    const sorted = () => {
      const list = chosenList();
      const column = named.get(state.sort);
      if (column) {
        const { data } = column;
        // A text that has no order sorts as a text; what is not known comes last.
        const isText = column.isAxis && !column.isDrawn;
        list.sort((a, b) => {
          const [left, right] = [data[a], data[b]];
          if (left !== left || right !== right) return (left !== left) - (right !== right);
          const order = isText ? (column.values[left] < column.values[right] ? -1 : left === right ? 0 : 1) : left - right;
          return (state.falls ? -order : order) || a - b;
        });
      } else if (state.falls) list.reverse();
      return list;
    };
    const turn = (step) => { state.page += step; fillTable(); };
    const fillTable = () => {
      const list = sorted();
      const last = Math.max(Math.ceil(list.length / rowsAtOnce) - 1, 0);
      state.page = Math.min(Math.max(state.page, 0), last);
      const shown = [...axes, ...figures].filter((column) => state.shown.has(column.name) || (column.isAxis && !column.isDrawn));
      const heads = [{ name: "point", title: "point" }, ...shown].map((column) => {
        const head = make("th", { scope: "col", class: column.isAxis ? "text" : "number" },
          make("button", { type: "button", click: () => {
            [state.falls, state.sort] = [state.sort === column.name && !state.falls, column.name];
            state.page = 0;
            fillTable();
            remember();
            [...listed.tHead.rows[0].cells].find((cell) => cell.hasAttribute("aria-sort")).firstChild.focus();
          } }, column.title));
        if (state.sort === column.name) head.setAttribute("aria-sort", state.falls ? "descending" : "ascending");
        return head;
      });
      const rows = list.slice(state.page * rowsAtOnce, (state.page + 1) * rowsAtOnce).map((i) => {
        const isPicked = state.picks.has(numbers[i]);
        const pick = make("button", { type: "button", class: "pick", "aria-pressed": String(isPicked), "data-point": numbers[i],
          "aria-label": `pick point ${numbers[i]}`, click: () => {
            toggle(numbers[i]);
            waiting = numbers[i];
          } }, String(numbers[i]));
        return make("tr", isFront(i) ? { class: "best" } : {}, make("th", { scope: "row", class: "number" }, pick),
          ...shown.map((column) => {
            const text = column.text(column.data[i]);
            return make("td", { class: column.isAxis ? "text" : "number", dir: "auto", ...(text.length > 40 ? { title: text } : {}) }, short(text, 40));
          }));
      });
      listed.replaceChildren(make("caption", {}, "The selected designs; those of the front are bold"),
        make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
      const first = state.page * rowsAtOnce;
      const previous = make("button", { type: "button", click: () => turn(-1) }, "Previous");
      const next = make("button", { type: "button", click: () => turn(1) }, "Next");
      previous.disabled = state.page === 0;
      next.disabled = state.page === last;
      pages.replaceChildren(list.length
        ? `Rows ${(first + 1).toLocaleString("en-US")} to ${Math.min(first + rowsAtOnce, list.length).toLocaleString("en-US")} of ${list.length.toLocaleString("en-US")} ` : "No design is selected. ",
        previous, " ", next);
      if (waiting !== null) {
        const again = listed.querySelector(`[data-point="${waiting}"]`);
        if (again) again.focus();
        waiting = null;
      }
    };
    let waiting = null;
    // Marks of other pictures, and rows of the other table, that are of one point.
    const marks = [];
    for (const mark of document.querySelectorAll("figure svg .mark")) {
      const title = mark.querySelector("title");
      const found = title && /^point (\d+)(\s|$)/.exec(title.textContent);
      const i = found ? indexOf(Number(found[1])) : -1;
      if (i < 0) continue;
      marks.push([mark, i]);
      mark.classList.add("linked");
      mark.addEventListener("click", () => toggle(numbers[i]));
    }
    for (const row of document.querySelectorAll("section:not(#explore) > .scroll tbody tr")) {
      const head = row.closest("table").tHead.rows[0].cells[0];
      const i = head.textContent === "point" ? indexOf(Number(row.cells[0].dataset.key)) : -1;
      if (i >= 0) marks.push([row, i]);
    }
    const paintMarks = () => {
      for (const [mark, i] of marks) {
        mark.classList.toggle("out", isFiltering && !chosen[i]);
        mark.classList.toggle("in", isFiltering && chosen[i] === 1);
      }
    };

    """#
}
