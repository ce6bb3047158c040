/// The style sheet of pictures, in a page and on their own.
enum ChartStyle {
  /// Light, dark and printed; a class per colour and dash.
  static let sheet = """
    .chart{--ink:#1c1c1e;--soft:#5b5b62;--grid:#e3e3e8;--paper:#ffffff;--cloud:#8e8e99;\
    --c0:#0072b2;--c1:#e69f00;--c2:#009e73;--c3:#d55e00;--c4:#56b4e9;--c5:#cc79a7;--c6:#f0e442;\
    --c7:#777780;--q0:#fde725;--q1:#5ec962;--q2:#21918c;--q3:#3b528b;--q4:#440154;display:block;width:100%;height:auto;\
    font-family:system-ui,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    @media screen and (prefers-color-scheme:dark){.chart{--ink:#ececf1;--soft:#a9a9b4;\
    --grid:#34343b;--paper:#1a1a1e;--cloud:#7b7b86;--c0:#3b8fd4;--c4:#9adbff;--c2:#1fbf92;--c3:#f0803c;\
    --c7:#a0a0aa}}
    .chart text{fill:var(--ink);font-size:12px;unicode-bidi:isolate}
    .chart .tick{fill:var(--soft);font-size:11px}
    .chart .name{font-size:11px}
    .chart .unit{fill:var(--soft);font-size:12px}
    .chart .value{fill:var(--soft);font-size:10.5px}
    .chart .inside{font-size:10.5px}
    .chart .head{font-size:15px;font-weight:600}
    .chart .note{fill:var(--soft);font-size:11px}
    .chart .paper{fill:var(--paper)}
    .chart .grid{stroke:var(--grid);stroke-width:1}
    .chart .base{stroke:var(--soft);stroke-width:1}
    .chart .edge{stroke:var(--paper);stroke-width:.6}
    .chart .line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
    .chart .cloud{fill:none;stroke:var(--cloud);stroke-width:3;stroke-linecap:round;opacity:.55}
    .chart .faint{opacity:.45}
    .chart .cell{fill:var(--c0)}
    .chart .pale{fill-opacity:.6}
    .chart .dot{stroke:var(--paper);stroke-width:.8}
    .chart .shade{stroke:var(--ink);stroke-width:.7}
    .chart .mark:hover{opacity:1;stroke:var(--ink);stroke-width:1.5}
    .chart .d1{stroke-dasharray:8 4}.chart .d2{stroke-dasharray:2 4}\
    .chart .d3{stroke-dasharray:9 3 2 3}.chart .d4{stroke-dasharray:5 3}\
    .chart .d5{stroke-dasharray:14 4}.chart .d6{stroke-dasharray:3 2 1 2}\
    .chart .d7{stroke-dasharray:1 3}
    """ + "\n" + classes + "\n"

  private static let classes =
    (0..<SeriesStyle.count).map {
      ".chart .f\($0){fill:var(--c\($0))}.chart .s\($0){stroke:var(--c\($0))}"
    }.joined()
    + (0..<SeriesStyle.shades).map { ".chart .q\($0){fill:var(--q\($0))}" }.joined()
}
