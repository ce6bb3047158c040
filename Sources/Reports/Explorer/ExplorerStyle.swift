/// The style sheet of what readers explore.
enum ExplorerStyle {
  /// Follows the colours of pages and pictures.
  static let sheet = """
    #explore{background:var(--paper);border:1px solid var(--line);border-radius:10px;padding:14px 16px}
    #explore[hidden]{display:none}
    #explore .scroll{border-radius:0;border-width:1px 0}
    #explore caption{text-align:left;color:var(--soft);padding:4px 12px}
    .tools{display:flex;flex-wrap:wrap;align-items:center;gap:8px 14px;margin:8px 0;font-size:13px}
    .tools button,.pages button,.save{padding:2px 9px;border:1px solid var(--line);border-radius:6px;\
    font-size:13px;font-weight:400}
    .tools button:hover,.pages button:hover,.save:hover{border-color:var(--accent)}
    .pages button:disabled{color:var(--soft);cursor:default}
    .columns div{display:flex;flex-wrap:wrap;gap:4px 14px;padding:6px 0}
    select,input{font:inherit;color:inherit;background:var(--paper);border:1px solid var(--line);\
    accent-color:var(--accent)}
    .said,.pages{margin:4px 0;font-size:13px;color:var(--soft)}
    .heard{position:absolute;width:1px;height:1px;margin:0;overflow:hidden;clip-path:inset(50%)}
    .plot{position:relative;overflow:clip;overflow-clip-margin:4px}
    .plot canvas{position:absolute;left:0;top:0;pointer-events:none}
    .plot .over{z-index:1}
    .plot svg{position:relative;touch-action:pan-y;user-select:none}
    .plane:focus-visible,.handle:focus-visible,.scroll:focus-visible{outline:2px solid var(--accent);\
    outline-offset:2px}
    .plane .brush{fill:var(--accent);fill-opacity:.12;stroke:var(--accent);stroke-width:1}
    .plane .handle{fill:var(--soft);cursor:ns-resize}
    .plane .handle:hover,.plane .handle:focus{fill:var(--accent)}
    .pick{font-weight:inherit}
    .pick[aria-pressed=true]{color:var(--accent);text-decoration:underline}
    tr.best td,tr.best th{font-weight:600}
    .chart .linked{cursor:pointer}
    .chart .out{opacity:.12}
    tr.out td,tr.out th{opacity:.4}
    @media print{.tools,.pages,.save,.handle{display:none}}

    """
}
