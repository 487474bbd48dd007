// Draws the figures of components/charts.html with Chart.js, in the colours of the style sheet.
(() => {
  "use strict";
  const drawn = new Map();
  const DASHES = [[], [6, 3], [2, 3], [10, 4], [6, 3, 2, 3], [1, 2]];

  const inks = (figure) => [...figure.querySelectorAll(".chart-ink")].map((ink) => getComputedStyle(ink).color);
  const faded = (colour) => `color-mix(in srgb, ${colour} 18%, transparent)`;

  function canvasColour(colour) {
    // A canvas knows fewer ways to write a colour than a style sheet does: let the style sheet work it out.
    const probe = document.createElement("span");
    probe.style.color = colour;
    document.body.append(probe);
    const found = getComputedStyle(probe).color;
    probe.remove();
    return found;
  }

  // A line through one point alone is none.
  const isAlone = (values, at) => values[at] !== null && (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;

  function datasets(figure, { kind, stacked, series }) {
    const colours = inks(figure);
    return series.map(([name, values], n) => ({
      label: name,
      data: values,
      borderColor: colours[n],
      backgroundColor: kind === "bar" ? colours[n] : canvasColour(faded(colours[n])),
      borderDash: kind === "bar" || stacked ? [] : DASHES[n % DASHES.length],
      borderWidth: kind === "bar" ? 0 : 2,
      fill: kind === "line" && (stacked || series.length === 1),
      pointRadius: values.map((value, at) => (isAlone(values, at) ? 3 : 0)),
      pointHitRadius: 12,
      tension: 0.25,
    }));
  }

  function scales(figure, { stacked }) {
    const soft = getComputedStyle(figure).color;
    const line = getComputedStyle(figure).borderTopColor;
    const ticks = { color: soft, maxRotation: 0, autoSkipPadding: 18 };
    return {
      x: { stacked, grid: { display: false }, border: { color: line }, ticks },
      y: { stacked, beginAtZero: true, grid: { color: line }, border: { display: false }, ticks: { color: soft, maxTicksLimit: 6 } },
    };
  }

  function draw(figure) {
    const asked = JSON.parse(figure.dataset.chart);
    drawn.get(figure)?.destroy();
    const said = (item) => `${item.dataset.label}: ${item.formattedValue}${asked.unit ? ` ${asked.unit}` : ""}`;
    drawn.set(figure, new Chart(figure.querySelector("canvas"), {
      type: asked.kind,
      data: { labels: asked.labels, datasets: datasets(figure, asked) },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: "index", intersect: false },
        locale: document.documentElement.lang,
        plugins: { legend: { display: false }, tooltip: { callbacks: { label: said } } },
        scales: scales(figure, asked),
      },
    }));
  }

  function drawAll() {
    for (const [figure, chart] of drawn) {
      if (figure.isConnected) continue;
      chart.destroy();
      drawn.delete(figure);
    }
    document.querySelectorAll("figure[data-chart]").forEach(draw);
  }

  // What follows by itself stands still while somebody has opened a question in it.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const place = event.detail.elt;
    if (place.matches("[data-wait-while-open]") && place.querySelector("details[open]")) event.preventDefault();
  });

  if (typeof Chart === "undefined") return;
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  drawAll();
  document.addEventListener("htmx:afterSettle", drawAll);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
})();
