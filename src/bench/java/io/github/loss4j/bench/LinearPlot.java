// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.w3c.dom.Document;

/** Time over size, both logarithmic; on white, so that it is legible beside light and dark text. */
final class LinearPlot {
  private static final String SVG_NAMESPACE = "http://www.w3.org/2000/svg";
  private static final int WIDTH = 760;
  private static final int HEIGHT = 480;
  private static final Color INK = new Color(0x222222);
  private static final Color GRID = new Color(0xeaeaea);

  /** Of the limit and the backends; they differ in lightness too. */
  private static final List<Color> COLORS =
      List.of(new Color(0x777777), new Color(0x0b6e99), new Color(0xd9730d));

  private LinearPlot() {}

  /**
   * Writes a plot.
   *
   * @param measured in the order of their sizes
   * @param limit seconds per byte of reading memory
   */
  static void write(
      Path file,
      String title,
      String axis,
      List<Measurement> measured,
      ToLongFunction<Measurement> size,
      double limit)
      throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(axis)
            .yAxisTitle("microseconds")
            .build();
    style(chart);
    double[] sizes = measured.stream().mapToDouble(size::applyAsLong).toArray();
    double[] limits = measured.stream().mapToDouble(m -> m.bytes() * limit * 1e6).toArray();
    chart
        .addSeries("reading the logits from memory", sizes, limits)
        .setMarker(SeriesMarkers.NONE)
        .setLineStyle(
            new BasicStroke(
                1.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {6, 4}, 0))
        .setLineColor(COLORS.get(0));
    int next = 1;
    for (String label : measured.getFirst().seconds().keySet()) {
      if (label.equals(MemoryLimit.LABEL)) {
        continue;
      }
      Color color = COLORS.get(next++);
      chart
          .addSeries(
              label, sizes, measured.stream().mapToDouble(m -> m.time(label) * 1e6).toArray())
          .setMarker(next == 2 ? SeriesMarkers.CIRCLE : SeriesMarkers.DIAMOND)
          .setMarkerColor(color)
          .setLineStyle(new BasicStroke(2))
          .setLineColor(color);
    }
    SVGGraphics2D graphics = new SVGGraphics2D(emptyDocument());
    graphics.setSVGCanvasSize(new Dimension(WIDTH, HEIGHT));
    chart.paint(graphics, WIDTH, HEIGHT);
    graphics.stream(file.toString(), true);
  }

  private static Document emptyDocument() {
    try {
      return DocumentBuilderFactory.newDefaultInstance()
          .newDocumentBuilder()
          .getDOMImplementation()
          .createDocument(SVG_NAMESPACE, "svg", null);
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void style(XYChart chart) {
    chart
        .getStyler()
        .setXAxisLogarithmic(true)
        .setYAxisLogarithmic(true)
        .setXAxisTickLabelsFormattingFunction(LinearPlot::tick)
        .setYAxisTickLabelsFormattingFunction(LinearPlot::tick)
        .setPlotGridLinesColor(GRID)
        .setPlotGridLinesStroke(new BasicStroke(1))
        .setAxisTickLabelsColor(INK)
        .setChartBackgroundColor(Color.WHITE)
        .setPlotBackgroundColor(Color.WHITE)
        .setPlotBorderVisible(false)
        .setChartFontColor(INK)
        .setLegendPosition(LegendPosition.InsideSE)
        .setLegendBorderColor(Color.WHITE)
        .setMarkerSize(7);
  }

  private static String tick(double value) {
    return value < 1
        ? Double.toString(value)
        : String.format(Locale.ROOT, "%,d", Math.round(value));
  }
}
