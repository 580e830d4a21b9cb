package org.tramontane.cli.report;

import java.util.List;
import java.util.regex.Pattern;

/// A self-contained HTML page, built from top to bottom.
public final class HtmlPage {
  private static final String STYLE =
      """
      :root { color-scheme: light dark; --line: #8884; --soft: #8882 }
      body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; padding: 1rem; max-width: 76rem }
      h1 { line-height: 1.2; overflow-wrap: anywhere } h2 { margin-top: 2.5rem }
      p { overflow-wrap: anywhere; max-width: 52rem } .scroll { overflow-x: auto }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums }
      th, td { border-bottom: 1px solid var(--line); padding: .35rem .8rem; text-align: left; vertical-align: top }
      table.pairs td:first-child { white-space: nowrap } table.pairs td:last-child { overflow-wrap: anywhere; text-align: left }
      .scroll td:first-child { min-width: 9rem }
      td.number { text-align: right; white-space: nowrap }
      .charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); gap: 1rem }
      .chart { margin: 0; border: 1px solid var(--line); border-radius: .5rem; padding: .75rem }
      .chart figcaption { font-weight: 600 }
      .chart svg { width: 100%; height: auto; touch-action: pan-y }
      .chart polyline { fill: none; stroke-width: 2 }
      .chart .bar { stroke-width: 1.5 }
      .chart rect { fill: #0072b2 } .chart rect:hover { fill: #d55e00 }
      .chart .grid { stroke: var(--line) } .chart .cursor { stroke: currentColor; stroke-dasharray: 3; visibility: hidden }
      .chart text { fill: currentColor; font-size: 15px } .chart .wide text { font-size: 18px }
      @media (max-width: 36rem) { .chart .wide text { font-size: 24px } }
      .chart .note { margin: .1rem 0 .3rem; font-size: .85rem; opacity: .8 }
      .chart .other { fill: #8888 } .chart .interval { fill: none; stroke: currentColor; stroke-width: 1.5 }
      .legend { margin: .25rem 0 0; display: flex; flex-wrap: wrap; gap: .2rem 1rem; font-size: .9rem }
      .legend i { display: inline-block; width: .8rem; height: .8rem; border-radius: .2rem; margin-right: .3rem }
      pre { background: var(--soft); padding: .75rem; border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere }
      """;

  /// Shows each line's value at the point nearest to the pointer, or the bar below it.
  private static final String SCRIPT =
      """
      for (const figure of document.querySelectorAll('figure.chart')) {
        const svg = figure.querySelector('svg');
        if (!svg) continue;
        const cursor = svg.querySelector('.cursor');
        const outputs = figure.querySelectorAll('output');
        if (!outputs.length) continue;
        if (!cursor) {
          svg.addEventListener('pointermove', event => outputs[0].textContent = event.target.dataset.label || '');
          svg.addEventListener('pointerleave', () => outputs[0].textContent = '');
          continue;
        }
        const lines = [...svg.querySelectorAll('polyline')].map(line => ({
          pixels: line.getAttribute('points').split(' ').filter(Boolean).map(p => +p.split(',')[0]),
          values: line.dataset.values.split(' ').filter(Boolean).map(v => v.split(':'))
        }));
        svg.addEventListener('pointermove', event => {
          const box = svg.getBoundingClientRect();
          const x = (event.clientX - box.left) / box.width * svg.viewBox.baseVal.width;
          let at = x;
          lines.forEach((line, i) => {
            if (!line.pixels.length) return;
            let best = 0;
            line.pixels.forEach((p, j) => { if (Math.abs(p - x) < Math.abs(line.pixels[best] - x)) best = j; });
            at = line.pixels[best];
            outputs[i].textContent = line.values[best][1] + ' at ' + line.values[best][0];
          });
          cursor.setAttribute('x1', at); cursor.setAttribute('x2', at); cursor.style.visibility = 'visible';
        });
        svg.addEventListener('pointerleave', () => {
          cursor.style.visibility = 'hidden';
          outputs.forEach(o => o.textContent = '');
        });
      }
      """;

  /// A number, or one with its interval in brackets.
  private static final Pattern NUMBER =
      Pattern.compile("[-+\u00b1.,%*\\[\\]\\d\\s]+(\\([-+.\\d]+ to [-+.\\d]+\\))?");

  private final String title;
  private final StringBuilder body = new StringBuilder();

  /// An empty page with a heading.
  public HtmlPage(String title) {
    this.title = title;
  }

  /// `text` with the characters that mean something to HTML replaced.
  public static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /// A section heading.
  public HtmlPage heading(String text) {
    body.append("<h2>").append(escape(text)).append("</h2>\n");
    return this;
  }

  /// A paragraph of plain text.
  public HtmlPage paragraph(String text) {
    body.append("<p>").append(escape(text)).append("</p>\n");
    return this;
  }

  /// Text as it is, in a box.
  public HtmlPage preformatted(String text) {
    body.append("<pre>").append(escape(text)).append("</pre>\n");
    return this;
  }

  /// Names with values beside them; long values are broken rather than the page made wider.
  public HtmlPage pairs(List<List<String>> rows) {
    body.append("<table class=\"pairs\"><tbody>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      row.forEach(cell -> body.append("<td>").append(escape(cell)).append("</td>"));
      body.append("</tr>\n");
    }
    body.append("</tbody></table>\n");
    return this;
  }

  /// A table; cells that read as numbers are set to the right.
  public HtmlPage table(List<String> header, List<List<String>> rows) {
    body.append("<div class=\"scroll\"><table><thead><tr>");
    header.forEach(cell -> body.append("<th>").append(escape(cell)).append("</th>"));
    body.append("</tr></thead><tbody>\n");
    for (List<String> row : rows) {
      body.append("<tr>");
      for (String cell : row) {
        body.append(NUMBER.matcher(cell).matches() ? "<td class=\"number\">" : "<td>")
            .append(escape(cell))
            .append("</td>");
      }
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
    return this;
  }

  /// Charts beside each other where the window is wide enough.
  public HtmlPage charts(List<? extends Chart> charts) {
    body.append("<div class=\"charts\">\n");
    charts.forEach(chart -> body.append(chart.toHtml()));
    body.append("</div>\n");
    return this;
  }

  /// A chart as wide as the text.
  public HtmlPage chart(Chart chart) {
    body.append(chart.toHtml());
    return this;
  }

  /// The whole page.
  public String toHtml() {
    return """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>%s</title>
    <style>
    %s</style>
    </head>
    <body>
    <h1>%s</h1>
    %s<script>
    %s</script>
    </body>
    </html>
    """
        .formatted(escape(title), STYLE, escape(title), body, SCRIPT);
  }
}
