// SPDX-License-Identifier: Apache-2.0
package io.github.loss4j.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** {@link CrossEntropyBenchmark} of small inputs, each library in JVMs of its own. */
final class SmallCalls {
  /** Bytes of the Java heap per call, as JMH's profiler gc has it. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private SmallCalls() {}

  /**
   * A result of JMH.
   *
   * @param peer a {@link PeerName}
   * @param shape the input's
   * @param backward whether with the gradient
   * @param microseconds the mean of a call
   * @param error half of the 99.9 % confidence interval
   * @param bytes of the Java heap that a call allocates
   */
  record Call(
      String peer,
      String shape,
      boolean backward,
      double microseconds,
      double error,
      double bytes) {}

  static List<Call> measure(List<String> jvmOptions, double seconds) {
    List<Call> calls = new ArrayList<>();
    calls.addAll(run(jvmOptions, seconds, "false", "CPU", "LIBTORCH", "DJL", "ONNX_RUNTIME"));
    calls.addAll(run(jvmOptions, seconds, "true", "CPU", "LIBTORCH", "DJL"));
    return calls;
  }

  private static List<Call> run(
      List<String> jvmOptions, double seconds, String backward, String... peers) {
    TimeValue time = TimeValue.milliseconds((long) (seconds * 1000));
    Options options =
        new OptionsBuilder()
            .include("\\." + CrossEntropyBenchmark.class.getSimpleName() + "\\.")
            .param("peer", peers)
            .param("backward", backward)
            .param("shape", Run.SMALL.stream().map(Object::toString).toArray(String[]::new))
            .addProfiler(GCProfiler.class)
            .jvmArgs(jvmOptions.toArray(String[]::new))
            .warmupTime(time)
            .measurementTime(time)
            .build();
    try {
      return new Runner(options).run().stream().map(SmallCalls::call).toList();
    } catch (RunnerException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Call call(RunResult result) {
    return new Call(
        result.getParams().getParam("peer"),
        result.getParams().getParam("shape"),
        Boolean.parseBoolean(result.getParams().getParam("backward")),
        result.getPrimaryResult().getScore(),
        result.getPrimaryResult().getScoreError(),
        Objects.requireNonNull(result.getSecondaryResults().get(ALLOCATED)).getScore());
  }
}
