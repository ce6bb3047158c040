extension ExplorerScript {
  /// What is selected, by ranges of columns, by the front and one by one; what the address says of it.
  static let selection = #"""
    const preferred = drawn.filter((column) => column.isObjective || column.isAxis
      || ["latency_s", "area_mm2", "accuracy"].includes(column.name) || column.name.startsWith("energy"));
    const objectives = drawn.filter((column) => column.isObjective);
    const others = drawn.filter((column) => !column.isObjective && !column.isAxis);
    const fallback = [...objectives, ...others, ...drawn];
    const usual = () => ({
      x: fallback[0], y: fallback[1] || fallback[0], front: false, picks: new Set(), ranges: new Map(),
      sort: "point", falls: false, page: 0,
      shown: new Set((preferred.length > 1 ? preferred : drawn).slice(0, 10).map((column) => column.name)),
    });
    let state = usual();
    const chosen = new Uint8Array(total);
    let count = total;
    let isFiltering = false;
    const select = () => {
      const limits = [...state.ranges].map(([name, [low, high]]) => [named.get(name).data, low, high]);
      const hasRange = limits.length > 0 || state.front;
      isFiltering = hasRange || state.picks.size > 0;
      count = 0;
      for (let i = 0; i < total; i++) {
        let isIn = !isFiltering || (hasRange && (!state.front || isFront(i) === 1));
        for (let k = 0; isIn && k < limits.length; k++) {
          const value = limits[k][0][i];
          isIn = value >= limits[k][1] && value <= limits[k][2];
        }
        chosen[i] = isIn ? 1 : 0;
        count += chosen[i];
      }
      for (const number of state.picks) {
        const i = indexOf(number);
        if (i >= 0 && !chosen[i]) { chosen[i] = 1; count++; }
      }
    };
    const chosenList = () => {
      const found = [];
      for (let i = 0; i < total; i++) if (chosen[i]) found.push(i);
      return found;
    };
    const limit = (column, low, high) => {
      if (column.isAxis) {
        [low, high] = [Math.ceil(low - 1e-9), Math.floor(high + 1e-9)];
        if (low > high) low = high = Math.round((low + high) / 2);
      }
      [low, high] = [Math.max(low, column.low), Math.min(high, column.high)];
      if (low <= column.low && high >= column.high) state.ranges.delete(column.name);
      else state.ranges.set(column.name, [low, high]);
    };
    const toggle = (number) => {
      if (!state.picks.delete(number)) state.picks.add(number);
      changed();
    };
    // The part of the address after #, empty for what a page begins with.
    const fragment = () => {
      const start = usual();
      const words = new URLSearchParams();
      if (state.x !== start.x) words.set("x", state.x.name);
      if (state.y !== start.y) words.set("y", state.y.name);
      if (state.front) words.set("front", "1");
      for (const [name, [low, high]] of state.ranges) words.set(`in.${name}`, `${low}..${high}`);
      if (state.picks.size) words.set("pick", [...state.picks].sort((a, b) => a - b).join("."));
      if (state.sort !== "point" || state.falls) words.set("sort", (state.falls ? "-" : "") + state.sort);
      const shown = [...state.shown].join(".");
      if (shown !== [...start.shown].join(".")) words.set("show", shown);
      return words.toString();
    };
    // Says what of the address means nothing here; nothing is left out silently.
    const restore = () => {
      const text = location.hash.slice(1);
      if (text && !text.includes("=")) return [];
      state = usual();
      const faults = [];
      for (const [key, value] of new URLSearchParams(text)) {
        const column = drawn.find((other) => other.name === (key.startsWith("in.") ? key.slice(3) : value));
        const ends = /^(-?[\d.e+-]+?)\.\.(-?[\d.e+-]+)$/.exec(value);
        if ((key === "x" || key === "y") && column) state[key] = column;
        else if (key === "front" && value === "1") state.front = true;
        else if (key.startsWith("in.") && column && ends && Number(ends[1]) <= Number(ends[2])) limit(column, Number(ends[1]), Number(ends[2]));
        else if (key === "pick" && /^[\d.]+$/.test(value)) {
          for (const number of value.split(".").map(Number)) {
            if (indexOf(number) >= 0) state.picks.add(number); else faults.push(`point ${number}`);
          }
        } else if (key === "sort" && (named.has(value.replace(/^-/, "")) || /^-?point$/.test(value))) {
          [state.sort, state.falls] = [value.replace(/^-/, ""), value.startsWith("-")];
        } else if (key === "show") {
          const names = value.split(".").filter((name) => name);
          state.shown = new Set(names.filter((name) => drawn.some((other) => other.name === name)));
          faults.push(...names.filter((name) => !state.shown.has(name)));
        } else faults.push(`${key}=${value}`);
      }
      return faults;
    };
    let memory = 0;
    const remember = () => {
      clearTimeout(memory);
      memory = setTimeout(() => {
        const text = fragment();
        const isPlain = location.hash.slice(1) && !location.hash.includes("=");
        if (text === location.hash.slice(1) || (!text && isPlain)) return;
        history.replaceState(null, "", text ? "#" + text : location.pathname + location.search);
      }, 150);
    };
    let frame = 0;
    let later = 0;
    // Pictures follow at once, the table once the pointer rests.
    const changed = () => {
      select();
      state.page = 0;
      if (!frame) frame = requestAnimationFrame(() => { frame = 0; paint(); });
      clearTimeout(later);
      later = setTimeout(() => { fillTable(); say(); }, total > 5000 ? 120 : 0);
      remember();
    };

    """#
}
