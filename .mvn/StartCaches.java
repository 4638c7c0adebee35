// SPDX-License-Identifier: Apache-2.0
// Lets the JVM learn from evaluations how to start faster.
//
//   java .mvn/StartCaches.java <jar> <sample>
//
// <jar> is loss4j.jar with lib beside it, and <sample> is a folder with input.npy and target.npy. What is only done of
// many rows is learnt of some that are made up.
// The caches lie beside the jar and are of use only to the Java that made them; the launcher says
// which is for what.

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

final class StartCaches {
  /** So many that there is work for several threads, and that a file of them is mapped. */
  private static final int ROWS = 64;

  private static final int CLASSES = 1 << 14;

  private final Path javaHome;
  private final Path jar;
  private final Path sample;

  private StartCaches(Path javaHome, Path jar, Path sample) {
    this.javaHome = javaHome;
    this.jar = jar;
    this.sample = sample;
  }

  public static void main(String[] args) throws Exception {
    make(Path.of(System.getProperty("java.home")), Path.of(args[0]), Path.of(args[1]));
  }

  static void make(Path javaHome, Path jar, Path sample) throws Exception {
    new StartCaches(javaHome, jar, sample).make("-XX:AOTCacheOutput=", "loss4j.aot", "cpu", 0);
    Path folder = Files.createTempDirectory("loss4j-sample");
    Path input = folder.resolve("input.npy");
    Path target = folder.resolve("target.npy");
    try {
      write(input, "<f4", "(%d, %d)".formatted(ROWS, CLASSES), logits());
      write(target, "<i8", "(%d,)".formatted(ROWS), new byte[ROWS * Long.BYTES]);
      StartCaches manyRows = new StartCaches(javaHome, jar, folder);
      // Where no device is, it fails, after having learnt how to look for one.
      manyRows.make("-XX:AOTCacheOutput=", "loss4j-opencl.aot", "opencl", 1);
      // A cache of JEP 514 holds no lambdas where there is an incubator module, one of JEP 350 does.
      manyRows.make(
          "-XX:ArchiveClassesAtExit=",
          "loss4j-vectors.jsa",
          "cpu",
          0,
          "--add-modules=jdk.incubator.vector",
          "-Dloss4j.cpu=vectors-at-once");
    } finally {
      Files.deleteIfExists(input);
      Files.deleteIfExists(target);
      Files.delete(folder);
    }
  }

  private static byte[] logits() {
    ByteBuffer logits = ByteBuffer.allocate(ROWS * CLASSES * Float.BYTES);
    logits.order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < ROWS * CLASSES; i++) {
      logits.putFloat(i % 7);
    }
    return logits.array();
  }

  private static void write(Path file, String type, String shape, byte[] values)
      throws IOException {
    String array = "{'descr': '%s', 'fortran_order': False, 'shape': %s}".formatted(type, shape);
    String header = "\u0093NUMPY\1\0\166\0%-117s\n".formatted(array);
    try (OutputStream out = Files.newOutputStream(file)) {
      out.write(header.getBytes(StandardCharsets.ISO_8859_1));
      out.write(values);
    }
  }

  private void make(
      String option, String cache, String backend, int acceptedStatus, String... options)
      throws Exception {
    List<String> command = new ArrayList<>();
    command.add(javaHome.resolve("bin/java").toString());
    command.addAll(List.of(options));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            option + jar.resolveSibling(cache),
            "-Xlog:aot=off,cds=off",
            "-jar",
            jar.toString(),
            "eval",
            "--backend=" + backend,
            "--logits=" + sample.resolve("input.npy"),
            "--targets=" + sample.resolve("target.npy")));
    Path log = jar.resolveSibling(cache + ".txt");
    int status =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start()
            .waitFor();
    if (status != 0 && status != acceptedStatus) {
      System.err.print(Files.readString(log));
      System.exit(status);
    }
    Files.delete(log);
  }
}
