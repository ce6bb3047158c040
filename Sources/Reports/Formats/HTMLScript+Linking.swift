extension HTMLScript {
  /// Rows of the table, such as layers or runs, that are selected in all pictures at once.
  ///
  /// A mark belongs to the rows whose names its text has. What is selected stands in the address.
  static let linking = #"""
    {
      const table = document.querySelector("main > section > .scroll table");
      const heads = table ? [...table.tBodies[0].rows].map((row) => row.cells[0]).filter((cell) => cell.classList.contains("text")) : [];
      const names = [...new Set(heads.map((cell) => cell.textContent))].filter((name) => name);
      const isLinked = names.length > 1 && names.length === heads.length;
      const words = names.map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).sort((a, b) => b.length - a.length);
      const pattern = new RegExp(`(?:^|\\s)(${words.join("|")})(?=[\\s,:]|$)`, "g");
      const parts = [];
      for (const mark of isLinked ? document.querySelectorAll("figure svg .mark") : []) {
        const title = mark.querySelector("title");
        const found = title ? [...title.textContent.matchAll(pattern)].map((match) => match[1]) : [];
        if (found.length) parts.push([mark, new Set(found)]);
      }
      if (parts.length) {
        const selected = new Set();
        const said = document.createElement("p");
        said.className = "said";
        said.setAttribute("role", "status");
        table.closest(".scroll").before(said);
        const buttons = new Map();
        const show = () => {
          const isIn = (its) => [...its].some((name) => selected.has(name));
          // A picture that has nothing of what is selected, as one of another layer's tiles, stays as it is.
          const places = new Set(parts.filter(([, its]) => isIn(its)).map(([part]) => part.closest("figure, tbody")));
          for (const [part, its] of parts) part.classList.toggle("out", places.has(part.closest("figure, tbody")) && !isIn(its));
          for (const [name, button] of buttons) button.setAttribute("aria-pressed", String(selected.has(name)));
          said.textContent = selected.size ? `Selected in all pictures: ${[...selected].join(", ")}. Escape clears.`
            : "A name or a mark that is clicked is selected in all pictures.";
        };
        const change = (name) => {
          if (name === undefined) selected.clear();
          else if (!selected.delete(name)) selected.add(name);
          const text = new URLSearchParams([...selected].map((word) => ["row", word])).toString();
          history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
          show();
        };
        const restore = () => {
          selected.clear();
          for (const name of new URLSearchParams(location.hash.slice(1)).getAll("row")) {
            if (names.includes(name)) selected.add(name);
          }
          show();
        };
        for (const cell of heads) {
          const name = cell.textContent;
          const button = document.createElement("button");
          button.type = "button";
          button.className = "pick";
          button.textContent = name;
          button.addEventListener("click", () => change(name));
          cell.replaceChildren(button);
          buttons.set(name, button);
          parts.push([cell.parentElement, new Set([name])]);
        }
        for (const [mark, its] of parts) {
          if (mark.localName === "tr") continue;
          mark.classList.add("linked");
          mark.addEventListener("click", () => change([...its][0]));
        }
        addEventListener("keydown", (event) => { if (event.key === "Escape" && selected.size) change(); });
        addEventListener("hashchange", restore);
        restore();
      }
    }

    """#
}
