/// The script of HTML reports: a table that sorts, texts at the pointer.
enum HTMLScript {
  /// Plain, without any library; the page is complete without it.
  static let text = """
    "use strict";
    for (const button of document.querySelectorAll("thead button")) {
      button.addEventListener("click", () => {
        const head = button.parentElement;
        const column = head.cellIndex;
        const body = head.closest("table").tBodies[0];
        const isText = head.classList.contains("text");
        const falls = head.getAttribute("aria-sort") === (isText ? "ascending" : null)
          || head.getAttribute("aria-sort") === "ascending"
          || (!isText && !head.hasAttribute("aria-sort"));
        for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", falls ? "descending" : "ascending");
        const key = (row) => row.cells[column].dataset.key;
        const rows = [...body.rows].sort((a, b) => {
          const [left, right] = [key(a), key(b)];
          if (isText) return left < right ? -1 : left > right ? 1 : 0;
          if (left === "" || right === "") return (left === "") - (right === "");
          return left - right;
        });
        body.append(...(falls ? rows.reverse() : rows));
      });
    }
    const tip = document.getElementById("tip");
    let shown = null;
    const hide = () => {
      if (shown) shown.mark.append(shown.title);
      shown = null;
      tip.hidden = true;
    };
    document.addEventListener("pointerover", (event) => {
      hide();
      const mark = event.target.closest("svg .mark, svg text");
      const title = mark && mark.querySelector("title");
      if (!title) return;
      tip.textContent = title.textContent;
      title.remove();
      shown = { mark, title };
      tip.hidden = false;
    });
    document.addEventListener("pointermove", (event) => {
      if (!shown) return;
      const x = Math.min(event.clientX + 14, innerWidth - tip.offsetWidth - 8);
      const below = event.clientY + 18;
      const y = below + tip.offsetHeight > innerHeight ? event.clientY - tip.offsetHeight - 10 : below;
      tip.style.left = Math.max(x, 4) + "px";
      tip.style.top = Math.max(y, 4) + "px";
    });

    """
}
