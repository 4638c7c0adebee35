// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * What stderr shows while an evaluation runs: why this backend was taken, once the first batch is
 * through, and a bar if it takes over a second and stderr is a terminal.
 *
 * <p>Java can tell whether stdin and stdout are terminals, but not stderr: the launcher looks, and
 * sets the property {@code loss4j.stderrIsTerminal}.
 */
final class Progress implements AutoCloseable {
  private static final long NANOS_BEFORE_BAR = 1_000_000_000;
  private static final long NANOS_BETWEEN_LINES = 10_000_000_000L;

  private final PrintWriter err;
  private final String title;
  private final long rows;
  private final boolean lines;
  private final boolean terminal = Boolean.getBoolean("loss4j.stderrIsTerminal");
  private final long start = System.nanoTime();
  private @Nullable String announcement;
  private @Nullable ProgressBar bar;
  private long done;
  private long lastLine = start;

  /**
   * Shows nothing yet.
   *
   * @param announcement a line to print first; null for none
   * @param lines whether to print lines where there is no terminal for a bar
   */
  Progress(PrintWriter err, @Nullable String announcement, String title, long rows, boolean lines) {
    this.err = err;
    this.announcement = announcement;
    this.title = title;
    this.rows = rows;
    this.lines = lines && !terminal;
  }

  /** Says that more rows are done. */
  void add(long more) {
    done += more;
    if (announcement != null) {
      err.println(announcement);
      announcement = null;
    }
    long nanos = System.nanoTime() - start;
    if (bar == null && terminal && nanos > NANOS_BEFORE_BAR) {
      bar = open(nanos);
    }
    if (bar != null) {
      bar.stepTo(done);
    }
    if (lines && System.nanoTime() - lastLine > NANOS_BETWEEN_LINES) {
      lastLine = System.nanoTime();
      err.printf(Locale.ROOT, "loss4j: %,d of %,d rows%n", done, rows);
    }
  }

  private ProgressBar open(long nanos) {
    return new ProgressBarBuilder()
        .setTaskName(title)
        .setInitialMax(rows)
        .startsFrom(done, Duration.ofNanos(nanos))
        .setUnit(" rows", 1)
        .setStyle(ProgressBarStyle.ASCII)
        .setConsumer(new ConsoleProgressBarConsumer(System.err))
        .clearDisplayOnFinish()
        .build();
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
